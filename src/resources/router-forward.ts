import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {
  type Holder,
  isGood,
  type Lease,
  leasePath,
  nameRouterPort,
  parseLease,
  type RouterDoor,
  type RouterPlace,
  type RouterPort,
  RouterRefusal,
} from '../model/router.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';

type ForwardState = {
  readonly lease: Lease | undefined;
  readonly holder: Holder | null | undefined;
  readonly now: number;
};

export type RouterForwardOptions = RouterPort & {
  readonly place: RouterPlace;
  readonly door: RouterDoor;
  readonly purpose: string;
  readonly needs?: readonly string[];
};

/** The id of a forward. */
const forwardId = (wanted: RouterPort) => `port-mapping:${nameRouterPort(wanted)}`;

/** A port that the router forwards to this host because it was asked to. The lease is written down, since few routers list them. */
export function routerForward({
  place,
  door,
  purpose,
  needs = [],
  ...wanted
}: RouterForwardOptions): Resource<ForwardState> {
  const name = nameRouterPort(wanted);
  return {
    ...describe(wanted),
    title: `Forward of ${name}: ${purpose}`,
    needs,
    read: host => readForward(host, wanted, door),
    diff({lease, holder, now}) {
      const isHeld = holder === undefined || holder?.to === place.localAddress;
      if (isHeld && isGood(lease, place, now)) return [];
      const summary = `ask the router ${place.gateway} to forward ${name} to ${place.localAddress}`;
      return [{change: 'create', summary}];
    },
    record: (_host, {lease}) => [snapshotForward(wanted, lease)],
    apply: (work, {lease}) => obtain(work, {place, wanted, door, nonce: lease?.nonce}),
  };
}

/** A forward that is given back. */
export function absentForward(wanted: RouterPort, door: RouterDoor): Resource<ForwardState> {
  return restoreForward(snapshotForward(wanted, undefined), door);
}

/** A forward as a snapshot has it: its lease, or none. */
export function restoreForward({name, was}: Snapshot, door: RouterDoor): Resource<ForwardState> {
  const [port = '0', protocol] = name.split('/');
  const wanted: RouterPort = {port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp'};
  const former = was.type === 'value' ? parseLease(was.value) : undefined;
  return {
    ...describe(wanted),
    title: `Forward of ${name}, ${former ? 'restored' : 'given back'}`,
    needs: [],
    read: host => readForward(host, wanted, door),
    diff({lease}): readonly Difference[] {
      if (former) return lease ? [] : [{change: 'create', summary: `ask the router to forward ${name} again`}];
      return lease ? [{change: 'remove', summary: `give the forward of ${name} back to the router`}] : [];
    },
    record: (_host, {lease}) => [snapshotForward(wanted, lease)],
    async apply(work, {lease}) {
      if (former) await obtain(work, {place: former, wanted, door});
      else if (lease) await giveBack(work, lease, door);
    },
  };
}

const describe = (wanted: RouterPort) =>
  ({id: forwardId(wanted), kind: 'port-mapping', place: 'router', locks: []}) as const;

function snapshotForward(wanted: RouterPort, lease: Lease | undefined): Snapshot {
  const was = lease ? ({type: 'value', value: JSON.stringify(lease)} as const) : absent;
  return {thing: 'forward', name: nameRouterPort(wanted), place: 'router', was};
}

async function readForward(host: Host, wanted: RouterPort, door: RouterDoor): Promise<ForwardState> {
  const lease = parseLease(await host.files.read(leasePath(wanted)).catch(() => undefined));
  // Without a lease there is nothing to look after, and a recorded machine has no router.
  const holder = lease && (await door.findHolder(lease, wanted, new AbortController().signal));
  return {lease, holder, now: host.now()};
}

type Wish = {
  readonly place: RouterPlace;
  readonly wanted: RouterPort;
  readonly door: RouterDoor;
  readonly nonce?: string | undefined;
};

/** Asks for a forward. A router that refuses stops nothing: the port can be forwarded by hand. */
async function obtain(work: Work, {place, wanted, door, nonce}: Wish): Promise<void> {
  try {
    const {gateway, localAddress} = place;
    const grant = await door.request(place, wanted, work.signal, nonce);
    await writeLease(work.host, {gateway, localAddress, port: wanted.port, protocol: wanted.protocol, ...grant});
  } catch (error) {
    work.signal.throwIfAborted();
    work.warn(refused(place, wanted, error));
  }
}

/** Writes a lease down: only root may read the nonce, with which anybody could take the forward. */
export async function writeLease(host: Host, lease: Lease): Promise<void> {
  await host.files.write(leasePath(lease), `${JSON.stringify(lease)}\n`, {mode: 0o600, uid: 0, gid: 0});
}

async function giveBack(work: Work, lease: Lease, door: RouterDoor): Promise<void> {
  await door.release(lease, work.signal).catch(error => {
    work.signal.throwIfAborted();
    work.warn(kept(lease, error));
  });
  await work.host.files.remove(leasePath(lease));
}

/** Explains why the router does not forward a port. */
export function refused(place: RouterPlace, wanted: RouterPort, error: unknown): Problem {
  const name = nameRouterPort(wanted);
  const reason = error instanceof Error ? error.message : String(error);
  const isTaken = error instanceof RouterRefusal && error.isTaken;
  return new Problem({
    code: isTaken ? 'forward-taken' : 'forward-refused',
    summary: `The router ${place.gateway} does not forward ${name} to this host: ${reason}.`,
    remedy: isTaken
      ? `Remove that forward in the router, or forward ${name} to ${place.localAddress} there by hand.`
      : `Forward ${name} to ${place.localAddress} in the router by hand, or switch off router.forward.`,
    cause: error,
  });
}

function kept({until, ...wanted}: Lease, error: unknown): Problem {
  const end = until === null ? 'It stays until somebody removes it' : 'It ends by itself within two hours';
  return new Problem({
    code: 'forward-kept',
    summary: `The router did not take the forward of ${nameRouterPort(wanted)} back. ${end}.`,
    remedy: 'Remove it in the router if it matters.',
    cause: error,
  });
}
