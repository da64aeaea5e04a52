import {type Fact, type FactValues, known} from '../../model/facts.ts';
import {limit} from '../../model/limit.ts';
import {
  type Grant,
  type Holder,
  type Lease,
  type RouterDoor,
  type RouterPlace,
  type RouterPort,
  RouterRefusal,
  routerPatience,
} from '../../model/router.ts';
import {askNatPmp, mapWithNatPmp, unmapWithNatPmp} from './nat-pmp.ts';
import {mapWithPcp, speaksPcp, unmapWithPcp} from './pcp.ts';
import {askExternalAddress, findEntry, findIgd, type Igd, mapWithUpnp, unmapWithUpnp} from './upnp.ts';

/** Most routers speak none of the protocols, and the user is waiting: milliseconds for one question, and for all of UPnP's. */
const patience = 900;
const discovery = 3000;

/** Finds the router's own address, and the protocols in which it takes requests for forwards. Nothing is changed. */
export async function findRouter(place: RouterPlace, signal: AbortSignal): Promise<Fact<FactValues['router']>> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const [pcp, natPmp, upnp] = await Promise.all([
    speaksPcp(place, until),
    askNatPmp(place.gateway, until),
    limit(discovery, signal, enough => askUpnp(place, enough)).catch(() => undefined),
  ]);
  const offers = [
    ...(pcp ? (['pcp'] as const) : []),
    ...(natPmp ? (['nat-pmp'] as const) : []),
    ...(upnp ? (['upnp'] as const) : []),
  ];
  const address = natPmp?.address ?? upnp?.address ?? null;
  const by = natPmp ? 'NAT-PMP' : upnp ? 'UPnP' : 'PCP, NAT-PMP and UPnP: no answer';
  return known({address, offers}, `${place.gateway}, ${by}`);
}

async function askUpnp(
  place: RouterPlace,
  signal: AbortSignal,
): Promise<{readonly address: string | undefined} | undefined> {
  const igd = await findIgd(place, signal);
  return igd && {address: await limit(routerPatience, signal, until => askExternalAddress(igd, until))};
}

const found = new Map<string, Promise<Igd | undefined>>();

/** Finds the service of the router once: routers drop questions that come all at once. Silence is not remembered. */
async function findService(place: RouterPlace, signal: AbortSignal): Promise<Igd | undefined> {
  const search = found.get(place.gateway) ?? findIgd(place, signal);
  found.set(place.gateway, search);
  const igd = await search.catch(() => undefined);
  if (!igd) found.delete(place.gateway);
  return igd;
}

/** Who has a port of the router: undefined where the router cannot say, null if nobody has it. */
async function findHolder(
  place: RouterPlace,
  wanted: RouterPort,
  signal: AbortSignal,
): Promise<Holder | null | undefined> {
  return limit(discovery, signal, async until => {
    const igd = await findService(place, until);
    return igd && ((await findEntry(igd, wanted, until)) ?? null);
  }).catch(() => undefined);
}

/** Asks the router for a forward, in the newest protocol that it speaks. A refusal in one does not bind the next. */
async function requestForward(
  place: RouterPlace,
  wanted: RouterPort,
  signal: AbortSignal,
  nonce?: string,
): Promise<Grant> {
  const holder = await findHolder(place, wanted, signal);
  // PCP and NAT-PMP would grant another port, or take this one over.
  if (holder && holder.to !== place.localAddress) throw new RouterRefusal(`${holder.to} has this port`, true);
  const ways = [
    () => mapWithPcp(place, wanted, signal, nonce),
    () => mapWithNatPmp(place, wanted, signal),
    async () => {
      const igd = await findService(place, signal);
      if (!igd) throw new RouterRefusal('it takes no requests');
      return limit(routerPatience, signal, until => mapWithUpnp(igd, place, wanted, until));
    },
  ];
  let refusal: unknown;
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (error instanceof RouterRefusal && error.isTaken) throw error;
      // Silence in one protocol says less than words in another.
      if (error instanceof RouterRefusal || refusal === undefined) refusal = error;
    }
  }
  throw refusal;
}

/** Gives a forward back, in the protocol that granted it. */
async function releaseForward({by, nonce = '', ...lease}: Lease, signal: AbortSignal): Promise<void> {
  if (by === 'pcp') return unmapWithPcp(lease, lease, signal, nonce);
  if (by === 'nat-pmp') return unmapWithNatPmp(lease, lease, signal);
  const igd = await findService(lease, signal);
  if (igd) await limit(routerPatience, signal, until => unmapWithUpnp(igd, lease, until));
}

/** The router that is there. */
export const routerDoor: RouterDoor = {findHolder, request: requestForward, release: releaseForward};
