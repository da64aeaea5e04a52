import type {Host} from '../model/host.ts';
import {describeError, type ProblemReport} from '../model/problem.ts';
import {
  type Holder,
  isGood,
  type Lease,
  leasePath,
  parseLease,
  type RouterPlace,
  type RouterPort,
} from '../model/router.ts';
import {routerDoor} from '../network/router/router.ts';
import {refused, writeLease} from '../resources/router-forward.ts';

/** Asks the router for its forwards again, one after the other: some routers take one request at a time. */
export async function renewForwards(
  host: Host,
  place: RouterPlace,
  wanted: readonly RouterPort[],
  signal: AbortSignal,
): Promise<readonly ProblemReport[]> {
  const problems: ProblemReport[] = [];
  for (const {port, protocol} of wanted) {
    const former = await readLease(host, {port, protocol});
    try {
      const grant = await routerDoor.request(place, {port, protocol}, signal, former?.nonce);
      const {gateway, localAddress} = place;
      await writeLease(host, {gateway, localAddress, port, protocol, ...grant});
    } catch (error) {
      problems.push(describeError(refused(place, {port, protocol}, error)));
    }
  }
  return problems;
}

/** A forward with its lease, and who has the port where the router can say so. */
export type SeenForward = RouterPort & {
  readonly lease: Lease | undefined;
  readonly holder: Holder | null | undefined;
  /** Whether this host has it, as far as the lease and the router say. */
  readonly isOurs: boolean;
};

/** Looks at the forwards that the router was asked for. */
export async function seeForwards(
  host: Host,
  place: RouterPlace,
  wanted: readonly RouterPort[],
  signal: AbortSignal,
): Promise<readonly SeenForward[]> {
  return Promise.all(
    wanted.map(async ({port, protocol}) => {
      const lease = await readLease(host, {port, protocol});
      const holder = await routerDoor.findHolder(place, {port, protocol}, signal);
      const isHeld = holder === undefined || holder?.to === place.localAddress;
      return {port, protocol, lease, holder, isOurs: isHeld && isGood(lease, place, host.now())};
    }),
  );
}

async function readLease(host: Host, wanted: RouterPort): Promise<Lease | undefined> {
  return parseLease(await host.files.read(leasePath(wanted)).catch(() => undefined));
}
