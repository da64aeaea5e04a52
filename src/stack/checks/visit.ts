import type {CheckContext, Opening} from '../../model/check.ts';
import {limit} from '../../network/limit.ts';
import type {Allocation} from '../../network/turn.ts';
import type {Guest} from '../../network/xmpp/call.ts';
import type {Invitation} from '../../network/xmpp/invitation.ts';
import type {ExternalService} from '../../network/xmpp/session.ts';
import type {OpenStream} from '../../network/xmpp/stream.ts';
import {after} from './prove.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';

/** What a participant opens, one after the other. The checks of a round share it, and it ends with the round. */
export type Visit = {
  readonly stream: Opening<OpenStream>;
  readonly guest: Opening<Guest>;
  readonly services: Opening<readonly ExternalService[]>;
  readonly relay: Readonly<Record<4 | 6, Opening<Allocation>>>;
  /** A conference of two in a room of its own, and what each of them was told of the bridge. */
  readonly call: Opening<readonly [Invitation, Invitation]>;
};

const callPatience = 6000;

/** Plans a visit; nothing is opened, and neither XMPP nor TURN loaded, before it is asked for. */
export function planVisit(vantage: Vantage): Visit {
  const stream = (context: CheckContext) => openStreamOf(vantage, context);
  const guest = async (context: CheckContext) => logIn(await after('xmpp-websocket', context.share(stream)), context);
  const services = async (context: CheckContext) => {
    const {askForServices} = await import('../../network/xmpp/session.ts');
    const {stream: own} = await after('xmpp-login', context.share(guest));
    return limit(patience, context.signal, () => askForServices(own));
  };
  const relay = (family: 4 | 6) => async (context: CheckContext) => {
    const offered = await after('turn-credentials', context.share(services).then(findRelay));
    return takePlace({vantage, offered, family, context});
  };
  return {
    stream,
    guest,
    services,
    relay: {4: relay(4), 6: relay(6)},
    call: context => placeCall(vantage, guest, context),
  };
}

/** The relay that participants are told of; throws when there is none that gets through every firewall. */
export function findRelay(services: readonly ExternalService[]): ExternalService {
  const relay = services.find(({type, transport}) => type === 'turns' && transport !== 'udp');
  if (!relay) throw new Error('participants are told of no relay over TLS');
  if (!relay.username || !relay.password) throw new Error('participants get no credentials for the relay');
  return relay;
}

async function openStreamOf(vantage: Vantage, context: CheckContext): Promise<OpenStream> {
  const {openStream} = await import('../../network/xmpp/stream.ts');
  const {target} = await findHttps(vantage, context);
  const stream = await limit(patience, context.signal, until => openStream(target, until));
  context.atEnd(stream.close);
  return stream;
}

async function logIn(stream: OpenStream, {signal}: CheckContext): Promise<Guest> {
  const {logInAnonymously} = await import('../../network/xmpp/session.ts');
  return {stream, jid: await limit(patience, signal, () => logInAnonymously(stream))};
}

async function placeCall(
  vantage: Vantage,
  guest: Opening<Guest>,
  context: CheckContext,
): Promise<[Invitation, Invitation]> {
  const {enterRoom, inventRoom} = await import('../../network/xmpp/call.ts');
  const first = await after('xmpp-login', context.share(guest));
  const second = await logIn(await openStreamOf(vantage, context), context);
  const room = inventRoom();
  // Whoever ends his session leaves, and the room is gone with the last.
  return limit(callPatience, context.signal, async () => {
    const entered = await Promise.all([enterRoom(first, room), enterRoom(second, room)]);
    const [one, other] = await Promise.all(entered.map(({invitation}) => invitation));
    if (!one || !other) throw new Error('nobody was invited');
    return [one, other];
  });
}

type Wish = {vantage: Vantage; offered: ExternalService; family: 4 | 6; context: CheckContext};

async function takePlace({vantage, offered, family, context}: Wish): Promise<Allocation> {
  const {allocate} = await import('../../network/turn.ts');
  const {host: name, port, username, password} = offered;
  const {address} = await vantage.findWay(context, name);
  const target = {name, address, port, username, password, family};
  const allocation = await limit(patience, context.signal, until => allocate(target, until));
  context.atEnd(allocation.release);
  return allocation;
}
