import {setTimeout as sleep} from 'node:timers/promises';
import {createElement} from 'ltx';
import {writeConnectivityCheck} from '../../src/network/stun.ts';
import {allocate} from '../../src/network/turn.ts';
import {enterRoom, inventRoom} from '../../src/network/xmpp/call.ts';
import {askForServices, logInAnonymously} from '../../src/network/xmpp/session.ts';
import {domains, namespaces, openStream} from '../../src/network/xmpp/stream.ts';

// A meeting of two, one of them through the relay on port 443. It prints a line when they have met; then it asks the bridge through the
// relay, and Prosody over the websocket, every half second until its standard input ends. It prints how many answers came, and what failed.

const address = '198.51.100.10';
const room = inventRoom();
const pause = 500;

async function enter() {
  const stream = await openStream({name: 'meet.example.test', address, port: 443}, AbortSignal.timeout(10_000));
  const jid = await logInAnonymously(stream);
  return {stream, ...(await enterRoom({stream, jid}, room))};
}

const guests = await Promise.all([enter(), enter()]);
const [invitation] = await Promise.all(guests.map(each => each.invitation));
const {stream} = guests[0];
const services = await askForServices(stream);
const relay = services.find(({type}) => type === 'turns');
const bridge = invitation?.candidates.find(({type, address: own}) => type === 'host' && /^[\d.]+$/.test(own));
if (!invitation || !relay || !bridge) throw new Error('there is no relay, or no bridge');
const allocation = await allocate({...relay, name: relay.host, address, family: 4}, AbortSignal.timeout(10_000));
await allocation.permit(bridge.address);

const count = {relayed: 0, pinged: 0};
const faults: string[] = [];
const lost = (what: string) => sleep(5000).then(() => Promise.reject(new Error(`${what}: no answer in 5 s`)));

async function relayOnce({candidates: _, ...credentials}: NonNullable<typeof invitation>): Promise<void> {
  const {request, isAnswer} = writeConnectivityCheck(credentials);
  await Promise.race([allocation.exchange(bridge as NonNullable<typeof bridge>, request, isAnswer), lost('relay')]);
  count.relayed++;
}

async function pingOnce(): Promise<void> {
  const ping = createElement('ping', {xmlns: namespaces.ping});
  await Promise.race([stream.request(createElement('iq', {type: 'get', to: domains.meetings}, ping)), lost('ping')]);
  count.pinged++;
}

let isOver = false;
async function keepTalking(talk: () => Promise<void>): Promise<void> {
  while (!isOver && faults.length === 0) {
    await talk().catch(error => faults.push(String(error)));
    await sleep(pause);
  }
}

console.log('met');
const talking = [keepTalking(() => relayOnce(invitation)), keepTalking(pingOnce)];
for await (const _ of process.stdin);
isOver = true;
await Promise.all(talking);
console.log(JSON.stringify({...count, faults}));
process.exit();
