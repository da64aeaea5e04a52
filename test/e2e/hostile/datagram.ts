import {createSocket} from 'node:dgram';
import {setTimeout as sleep} from 'node:timers/promises';

// Sends one packet, given in hexadecimal, to the public STUN port, and prints the lengths of the answers within a second.

const packet = Buffer.from(process.argv[2] ?? '', 'hex');
const answers: number[] = [];
const socket = createSocket('udp4').on('message', answer => answers.push(answer.length));
socket.send(packet, 3478, '198.51.100.10');
await sleep(1000);
socket.close();
console.log(JSON.stringify({sent: packet.length, answers}));
