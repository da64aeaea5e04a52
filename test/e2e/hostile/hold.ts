import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

// Holds connections with half a request: `node hold.ts PORT COUNT`. It prints how many were open after two seconds, and keeps them until
// its input ends.

const [port = 80, count = 1] = process.argv.slice(2).map(Number);
let opened = 0;
for (let index = 0; index < count; index += 1) {
  const socket = connect({host: '192.168.77.10', port});
  socket.on('connect', () => {
    opened += 1;
    socket.write('GET / HTTP/1.1\r\n');
  });
  socket.on('error', () => socket.destroy());
}
await sleep(2000);
console.log(JSON.stringify({opened}));
process.stdin.on('end', () => process.exit()).resume();
