import * as v from 'valibot';
import {type RouterProtocol, routerProtocols} from './network-facts.ts';

/** A port of the router that leads to the same port of this host. */
export type RouterPort = {readonly port: number; readonly protocol: 'tcp' | 'udp'};

/** Where requests go, and for whom. */
export type RouterPlace = {readonly gateway: string; readonly localAddress: string};

/** What the router granted. Times are milliseconds since 1970; `until` is null for good. */
export type Grant = {
  readonly by: RouterProtocol;
  readonly until: number | null;
  /** Proves to PCP that a later request is ours. */
  readonly nonce?: string;
};

/** A forward that the router granted, as it is written down on this host. */
export type Lease = RouterPlace & RouterPort & Grant;

/** A forward as the router lists it. */
export type Holder = {readonly to: string; readonly port: number; readonly description: string};

/** The router, as resources and checks reach it. */
export type RouterDoor = {
  /** Who has a port: null if nobody has it, undefined where the router cannot say. */
  findHolder(place: RouterPlace, wanted: RouterPort, signal: AbortSignal): Promise<Holder | null | undefined>;
  /** Asks for a forward, or for more time for the one with this nonce; throws RouterRefusal. */
  request(place: RouterPlace, wanted: RouterPort, signal: AbortSignal, nonce?: string): Promise<Grant>;
  /** Gives a forward back. */
  release(lease: Lease, signal: AbortSignal): Promise<void>;
};

/** What becomes of a port: whether it answers on this host, and through the router. */
export type Passage = RouterPort & {readonly answersHere: boolean; readonly answersOutside: boolean};

/** Reports that the router does not forward a port; `isTaken` if another device has it. */
export class RouterRefusal extends Error {
  readonly isTaken: boolean;

  constructor(message: string, isTaken = false) {
    super(message);
    this.name = 'RouterRefusal';
    this.isTaken = isTaken;
  }
}

/** How long a forward is asked for, in seconds: RFC 6886 recommends two hours. */
export const leaseSeconds = 7200;

/** How long a router may take to answer, in milliseconds. */
export const routerPatience = 1500;

/** Names a port, `443/tcp`. */
export const nameRouterPort = ({port, protocol}: RouterPort) => `${port}/${protocol}`;

const leaseDirectory = '/var/lib/jitsi-onebox';

/** Returns the path at which the lease of a port is written down. */
export const leasePath = ({port, protocol}: RouterPort) => `${leaseDirectory}/forward-${port}-${protocol}.json`;

/** Reads the names of the files in our directory that are leases. */
export function listLeases(names: readonly string[]): readonly RouterPort[] {
  return names.flatMap(name => {
    const [, port, protocol] = /^forward-(\d+)-(tcp|udp)\.json$/.exec(name) ?? [];
    return port === undefined ? [] : [{port: Number(port), protocol: protocol as RouterPort['protocol']}];
  });
}

const leaseText = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    gateway: v.pipe(v.string(), v.ipv4()),
    localAddress: v.pipe(v.string(), v.ipv4()),
    port: v.number(),
    protocol: v.picklist(['tcp', 'udp']),
    by: v.picklist(routerProtocols),
    until: v.nullable(v.number()),
    nonce: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{24}$/))),
  }),
);

/** Reads a lease; undefined if the text is none. */
export function parseLease(text: string | undefined): Lease | undefined {
  const read = v.safeParse(leaseText, text);
  return read.success ? read.output : undefined;
}

/** Returns whether a lease is for this place, and not over. */
export function isGood(lease: Lease | undefined, place: RouterPlace, now: number): lease is Lease {
  return (
    lease?.gateway === place.gateway &&
    lease.localAddress === place.localAddress &&
    (lease.until === null || lease.until > now)
  );
}
