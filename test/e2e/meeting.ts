import {setTimeout as sleep} from 'node:timers/promises';
import {enterRoom, inventRoom} from '../../src/network/xmpp/call.ts';
import {logInAnonymously} from '../../src/network/xmpp/session.ts';
import {openStream} from '../../src/network/xmpp/stream.ts';

// Opens a meeting with as many participants as the argument says: `node meeting.ts 2`. It prints a line when they have met, and lasts
// until its standard input ends.

const target = {name: 'meet.example.test', address: '198.51.100.10', port: 443};
const room = inventRoom();

async function enter() {
  const stream = await openStream(target, AbortSignal.timeout(10_000));
  const entered = await enterRoom({stream, jid: await logInAnonymously(stream)}, room);
  return {stream, ...entered};
}

const guests = await Promise.all(Array.from({length: Number(process.argv[2])}, enter));
await Promise.all(guests.map(({invitation}) => invitation));
console.log('met');
for await (const _ of process.stdin);
await Promise.all(guests.map(({leave, stream}) => leave().then(stream.close)));
// Jicofo needs a moment to notice that the last one left.
await sleep(200);
