import type {CheckContext, Opening} from '../../model/check.ts';
import type {Identity} from '../../network/media/secure.ts';
import type {SocketAddress} from '../../network/stun-message.ts';
import type {Allocation} from '../../network/turn.ts';
import type {Candidate, Invitation} from '../../network/xmpp/invitation.ts';
import type {ExternalService} from '../../network/xmpp/session.ts';
import type {OpenStream, StreamOptions} from '../../network/xmpp/stream.ts';
import {type Entrance, planEntrance} from './entrance.ts';
import {type Participant, placeCall} from './place-call.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';

/** What a participant opens, one after the other. The checks of a round share it, and it ends with the round. */
export type Visit = {
  readonly stream: Opening<OpenStream>;
  readonly entrance: Entrance;
  readonly services: Opening<readonly ExternalService[]>;
  readonly relay: Readonly<Record<4 | 6, Opening<Allocation>>>;
  /** The certificate that all participants of the call show to the bridge. */
  readonly identity: Opening<Identity>;
  /** A conference of three in a room of its own: the bridge never carries the media of two who found each other directly. */
  readonly call: Opening<readonly [Participant, Participant, Participant]>;
};

/**
 * The time limit, in milliseconds, of a check that opens what all share: an account, logins, a call, and audio first directly and then
 * through the relay. Each has a limit of its own, and on a slow machine they add up.
 */
export const visitPatience = 60_000;

/** Plans a visit. Opens nothing, and loads neither XMPP nor TURN, before a check asks for it. */
export function planVisit(vantage: Vantage, demandCallable?: (context: CheckContext) => Promise<void>): Visit {
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
    identity: makeIdentity,
    call: async context => {
      await demandCallable?.(context);
      return placeCall(entrance, makeIdentity, context);
    },
  };
}

async function makeIdentity(): Promise<Identity> {
  return (await import('../../network/media/secure.ts')).makeIdentity();
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

/** Finds the bridge as the relay reaches it: participants use the relay only for an address that they were offered. */
export function findBridgeFor({blueprint}: Vantage, invitation: Invitation): SocketAddress {
  return blueprint ? demandCandidate(invitation, blueprint.network.videobridge) : findBridge(invitation);
}

/** Finds where participants reach the bridge directly, or the place closest to it that works from here. */
export async function findMediaPort(
  {domain, blueprint, findRoute}: Vantage,
  invitation: Invitation,
  context: CheckContext,
): Promise<SocketAddress> {
  const {address} = await findRoute(context, domain);
  const {port} = demandCandidate(invitation, blueprint?.publicAddress ?? address);
  return {address, port};
}

function demandCandidate({candidates}: Invitation, wanted: string): Candidate {
  const candidate = candidates.find(({address}) => address === wanted);
  if (!candidate) throw new Error(`the bridge offers ${listCandidates(candidates)} instead of ${wanted}`);
  return candidate;
}

/** Lists the addresses of candidates. */
export function listCandidates(candidates: readonly Candidate[]): string {
  return candidates.map(({address, port}) => `${address}:${port}`).join(', ');
}

async function openStreamOf(vantage: Vantage, context: CheckContext, options?: StreamOptions): Promise<OpenStream> {
  const {openStream} = await import('../../network/xmpp/stream.ts');
  const {target} = await findHttps(vantage, context);
  const stream = await context.within(patience, until => openStream(target, until, options));
  context.atEnd(stream.close);
  return stream;
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
