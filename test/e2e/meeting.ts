import {setTimeout as sleep} from 'node:timers/promises';
import {createElement} from 'ltx';
import {enterRoom, inventRoom} from '../../src/network/xmpp/call.ts';
import {logInAnonymously} from '../../src/network/xmpp/session.ts';
import {domains, namespaces, openStream} from '../../src/network/xmpp/stream.ts';

// Opens a meeting with as many participants as the argument says: `node meeting.ts 2`. It prints a line when they have met, and lasts
// until its standard input ends. With `resumable`, Prosody keeps their sessions as it keeps those of browsers (XEP-0198).

const target = {name: 'meet.example.test', address: '198.51.100.10', port: 443};
const room = inventRoom();
/** Milliseconds; that of lib-jitsi-meet. */
const pingInterval = 10_000;
const isResumable = process.argv[3] === 'resumable';

async function enter() {
  const stream = await openStream(target, AbortSignal.timeout(10_000));
  const jid = await logInAnonymously(stream);
  if (isResumable) await enableResumption(stream);
  const entered = await enterRoom({stream, jid}, room);
  return {stream, ...entered};
}

/** The web container ends a connection that is quiet for a minute; browsers ping too. */
function ping({request}: Awaited<ReturnType<typeof openStream>>): void {
  const iq = createElement('iq', {type: 'get', to: domains.meetings}, createElement('ping', {xmlns: namespaces.ping}));
  request(iq).catch(() => undefined);
}

async function enableResumption({send, next}: Awaited<ReturnType<typeof openStream>>): Promise<void> {
  const enabled = next(each => (each.getName() === 'enabled' ? true : undefined));
  send(createElement('enable', {xmlns: 'urn:xmpp:sm:3', resume: 'true'}));
  await enabled;
}

const guests = await Promise.all(Array.from({length: Number(process.argv[2])}, enter));
await Promise.all(guests.map(({invitation}) => invitation));
console.log('met');
setInterval(() => {
  for (const {stream} of guests) ping(stream);
}, pingInterval).unref();
for await (const order of process.stdin) if (String(order) === 'die\n') process.kill(process.pid, 'SIGKILL');
await Promise.all(guests.map(({leave, stream}) => leave().then(stream.close)));
// Jicofo needs a moment to notice that the last one left.
await sleep(200);
