import {connect, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

// Opens hostile connections to port 443 from one source: `node storm.ts SECONDS RATE`. It keeps each as long as it can, and prints how
// many it opened, how many were the most at once, and how many the other side closed.

const [seconds = 30, rate = 500] = process.argv.slice(2).map(Number);
const target = {host: '192.168.77.10', port: 443};

/** The first packet of TLS 1.2 with a server name, as Node sends it; a client that stops here holds a connection of nginx. */
function writeGreeting(name: string): Buffer {
  const host = Buffer.from(name);
  const sni = Buffer.concat([sizes(0, host.length + 5, host.length + 3), Buffer.of(0), sizes(host.length), host]);
  const body = Buffer.concat([
    Buffer.from('0303', 'hex'),
    Buffer.alloc(32, 7),
    Buffer.from('000004c02bc02f0100', 'hex'),
    sizes(sni.length),
    sni,
  ]);
  const handshake = Buffer.concat([Buffer.of(1, 0), sizes(body.length), body]);
  return Buffer.concat([Buffer.from('160301', 'hex'), sizes(handshake.length), handshake]);
}

const sizes = (...values: readonly number[]) => Buffer.from(values.flatMap(value => [value >> 8, value & 255]));

const whole = writeGreeting('meet.example.test');
const openings = [
  Buffer.of(),
  whole.subarray(0, 7),
  whole,
  writeGreeting('turn.example.test'),
  Buffer.from('PUT / HTTP/1.1\r\nHost: meet.example.test\r\nTransfer-Encoding: chunked\r\n\r\n'),
];

const held = new Set<Socket>();
const counts = {opened: 0, most: 0, closed: 0};
const end = Date.now() + seconds * 1000;

function open(opening: Buffer): void {
  const socket = connect(target);
  held.add(socket);
  counts.opened += 1;
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    counts.closed += 1;
    held.delete(socket);
  });
  socket.write(opening);
}

const started = Date.now();
while (Date.now() < end) {
  const due = ((Date.now() - started) * rate) / 1000;
  while (counts.opened < due) open(openings[counts.opened % openings.length] ?? whole);
  counts.most = Math.max(counts.most, held.size);
  await sleep(20);
}
console.log(JSON.stringify(counts));
process.exit();
