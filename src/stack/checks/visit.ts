import type {CheckContext, Opening} from '../../model/check.ts';
import {TimeLimit} from '../../model/limit.ts';
import type {Allocation} from '../../network/turn.ts';
import type {Entered, Guest} from '../../network/xmpp/call.ts';
import type {Candidate, Invitation} from '../../network/xmpp/invitation.ts';
import type {ExternalService} from '../../network/xmpp/session.ts';
import type {OpenStream, StreamOptions} from '../../network/xmpp/stream.ts';
import {CertainFault, NotFromHere} from './check.ts';
import {type Entrance, planEntrance} from './entrance.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';

/** What a participant opens, one after the other. The checks of a round share it, and it ends with the round. */
export type Visit = {
  readonly stream: Opening<OpenStream>;
  readonly entrance: Entrance;
  readonly services: Opening<readonly ExternalService[]>;
  readonly relay: Readonly<Record<4 | 6, Opening<Allocation>>>;
  /** A conference of two in a room of its own, with the invitation that each of them got. */
  readonly call: Opening<readonly [Invitation, Invitation]>;
};

// A bridge that nobody has used yet needs some seconds for the first conference.
const callPatience = 10_000;

/** Plans a visit. Opens nothing, and loads neither XMPP nor TURN, before a check asks for it. */
export function planVisit(vantage: Vantage): Visit {
  const stream = (context: CheckContext) => openStreamOf(vantage, context);
  const entrance = planEntrance(vantage, stream, (context, options) => openStreamOf(vantage, context, options));
  const services = async (context: CheckContext) => {
    const {askForServices} = await import('../../network/xmpp/session.ts');
    const {stream: own} = await context.share(entrance.first);
    return context.within(patience, () => askForServices(own));
  };
  const relay = (family: 4 | 6) => async (context: CheckContext) =>
    openAllocation({vantage, relay: findRelay(await context.share(services)), family, context});
  return {
    stream,
    entrance,
    services,
    relay: {4: relay(4), 6: relay(6)},
    call: context => placeCall(entrance, context),
  };
}

/** Finds the relay that the server offers; throws if none of them works through every firewall. */
export function findRelay(services: readonly ExternalService[]): ExternalService {
  const relay = services.find(({type, transport}) => type === 'turns' && transport !== 'udp');
  if (!relay) throw new Error('the server offers no relay over TLS');
  if (!relay.username || !relay.password) throw new Error('the server offers no credentials for the relay');
  return relay;
}

/** Finds the bridge in the network that it shares with the relay, where both use IPv4. */
export function findBridge({candidates}: Invitation): Candidate {
  const bridge = candidates.find(({type, address}) => type === 'host' && /^[\d.]+$/.test(address));
  if (!bridge) throw new Error('the bridge names no address in the network of the relay');
  return bridge;
}

async function openStreamOf(vantage: Vantage, context: CheckContext, options?: StreamOptions): Promise<OpenStream> {
  const {openStream} = await import('../../network/xmpp/stream.ts');
  const {target} = await findHttps(vantage, context);
  const stream = await context.within(patience, until => openStream(target, until, options));
  context.atEnd(stream.close);
  return stream;
}

async function placeCall(entrance: Entrance, context: CheckContext): Promise<[Invitation, Invitation]> {
  const {enterRoom, inventRoom, mayOpen} = await import('../../network/xmpp/call.ts');
  const rooms = await context.share(entrance.rooms);
  const first = await context.share(entrance.first);
  const second = await entrance.second(context);
  const room = inventRoom();
  if (rooms === 'registered') {
    const guestOpens = await context.within(patience, () => mayOpen(second, room));
    if (guestOpens && entrance.isRegistered) throw new CertainFault('Jicofo lets a guest open a room');
    if (!guestOpens && !entrance.isRegistered) throw new NotFromHere('only registered people may open a room');
  }
  const leaves: Entered['leave'][] = [];
  context.atEnd(() => Promise.all(leaves.map(leave => leave())));
  const enter = async (participant: Guest) => {
    const entered = await enterRoom(participant, room);
    leaves.push(entered.leave);
    return entered;
  };
  const met = context.within(callPatience, async () => {
    // Guests follow somebody who may open the room.
    const both =
      rooms === 'anyone'
        ? await Promise.all([enter(first), enter(second)])
        : ([await enter(first), await enter(second)] as const);
    return Promise.all([both[0].invitation, both[1].invitation]);
  });
  return met.catch(error => {
    if (!(error instanceof TimeLimit)) throw error;
    throw new Error(`Jicofo did not invite both participants: ${error.message}`);
  });
}

async function openAllocation({
  vantage,
  relay: {host: name, port, username, password},
  family,
  context,
}: {
  vantage: Vantage;
  relay: ExternalService;
  family: 4 | 6;
  context: CheckContext;
}): Promise<Allocation> {
  const {allocate} = await import('../../network/turn.ts');
  const {address} = await vantage.findRoute(context, name);
  const target = {name, address, port, username, password, family};
  const allocation = await context.within(patience, until => allocate(target, until));
  context.atEnd(allocation.release);
  return allocation;
}
