import {randomUUID} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {createElement} from 'ltx';
import {enterRoom} from '../../src/network/xmpp/call.ts';
import {logInAnonymously} from '../../src/network/xmpp/session.ts';
import {domains, namespaces, openStream} from '../../src/network/xmpp/stream.ts';

// Opens a meeting with as many participants as the argument says: `node meeting.ts 2`. It prints a line when they have met, and lasts
// until its standard input ends. With `--resumable`, Prosody keeps their sessions as it keeps those of browsers (XEP-0198); with
// `--rooms 50`, there are as many such meetings at the same time.

const target = {name: 'meet.example.test', address: '198.51.100.10', port: 443};
/** Milliseconds; that of lib-jitsi-meet. */
const pingInterval = 10_000;
/** The number of rooms that are opened at the same time. */
const atOnce = 10;

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {resumable: {type: 'boolean', default: false}, rooms: {type: 'string', default: '1'}},
});

/** Opens a room with a name unlike those of checks, which are no meetings, and waits until everybody has met. */
async function meet() {
  const room = `standup-${randomUUID()}@${domains.rooms}`;
  const guests = await Promise.all(Array.from({length: Number(positionals[0])}, () => enter(room)));
  await Promise.all(guests.map(({invitation}) => invitation));
  return guests;
}

async function enter(room: string) {
  const stream = await openStream(target, AbortSignal.timeout(10_000));
  const jid = await logInAnonymously(stream);
  if (values.resumable) await enableResumption(stream);
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

const guests: Awaited<ReturnType<typeof meet>> = [];
for (let left = Number(values.rooms); left > 0; left -= atOnce)
  guests.push(...(await Promise.all(Array.from({length: Math.min(left, atOnce)}, meet))).flat());
console.log('met');
setInterval(() => {
  for (const {stream} of guests) ping(stream);
}, pingInterval).unref();
for await (const order of process.stdin) if (String(order) === 'die\n') process.kill(process.pid, 'SIGKILL');
await Promise.all(guests.map(({leave, stream}) => leave().then(stream.close)));
// Jicofo needs a moment to notice that the last one left.
await sleep(200);
