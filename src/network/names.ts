import type {OutsideAnswer} from '../model/machine.ts';
import type {Probed} from '../model/question.ts';
import {findFault} from './dns.ts';

/** How a name is looked up: by the resolver of this host, and by those of the internet. */
export type NameDoors = {
  lookUp(name: string): Promise<readonly string[]>;
  lookUpOutside(name: string): Promise<readonly OutsideAnswer[]>;
};

/** Where names should resolve to: the public address, or the local one within a network of its own. */
export type NameTarget = {
  readonly address: string;
  readonly local: string | undefined;
  /** The IPv6 addresses of this host that they may have as well. */
  readonly ipv6: readonly string[];
};

/**
 * `right`, also with another answer inside on purpose. `differs-here`: right for the internet, and wrong for this host.
 * `note` says that the internet could not be asked.
 */
export type NameVerdict = {
  readonly kind: 'right' | 'differs-here' | 'wrong';
  readonly text: string;
  readonly note?: string;
};

/** Judges where a name resolves to, as the internet sees it; without an answer from there, as this host does. */
export async function judgeName(name: string, target: NameTarget, doors: NameDoors): Promise<NameVerdict> {
  const [outside, inside] = await Promise.all([
    doors.lookUpOutside(name).catch(describe),
    doors.lookUp(name).catch(describe),
  ]);
  if (typeof outside === 'string')
    return {...(await judgeInside(name, target, inside)), note: `The public DNS could not be asked (${outside}).`};
  const faults = outside.map(async ({from, addresses}) => {
    const fault = await findFault(name, target, async () => addresses);
    return fault && `${fault.replace(/\.$/, '')} (asked at ${from}).`;
  });
  const fault = (await Promise.all(faults)).find(each => each !== undefined);
  if (fault !== undefined) return {kind: 'wrong', text: fault};
  return compare(name, target, inside);
}

/** Tells a network with answers of its own from a resolver that is wrong, where the internet sees the right address. */
function compare(name: string, target: NameTarget, inside: readonly string[] | string): NameVerdict {
  const {address, local} = target;
  if (isOnly(address, target, inside)) return {kind: 'right', text: `${name} resolves to ${address}, as it should.`};
  if (isOnly(local, target, inside))
    return {
      kind: 'right',
      text: `${name} resolves to ${address} outside and to ${local} in your network, as it should.`,
    };
  const seen =
    typeof inside === 'string'
      ? `does not answer (${inside})`
      : `says ${inside.join(', ') || 'that it does not exist'}`;
  return {
    kind: 'differs-here',
    text: `${name} resolves to ${address} for the internet, but the resolver of this host ${seen}.`,
  };
}

/** Returns whether an IPv4 address is all that was found, apart from IPv6 addresses of this host. */
function isOnly(wanted: string | undefined, {ipv6}: NameTarget, found: readonly string[] | string): boolean {
  if (typeof found === 'string') return false;
  const others = found.filter(each => !ipv6.includes(each));
  return others.length > 0 && others.every(each => each === wanted);
}

async function judgeInside(name: string, target: NameTarget, inside: readonly string[] | string): Promise<NameVerdict> {
  const {address, local} = target;
  const lookUp = async () => {
    if (typeof inside === 'string') throw new Error(inside);
    return inside;
  };
  // Where the router has no hairpin, this is what we recommend ourselves.
  if (local !== address && isOnly(local, target, inside))
    return {
      kind: 'right',
      text: `${name} resolves to ${local}, this host's address in your network. Outside it must resolve to ${address}.`,
    };
  const fault = await findFault(name, target, lookUp);
  return fault === undefined
    ? {kind: 'right', text: `${name} resolves to ${address}, as it should.`}
    : {kind: 'wrong', text: fault};
}

/** The remedy for a name that resolves to a proxy (a CDN): it passes on web pages only. */
export const unproxy =
  'If your DNS provider proxies the name (Cloudflare: the orange cloud), switch that off (DNS only) for every name of this server.';

/** Probes a name for the wizard; the user may continue in any case. */
export async function probeName(name: string, target: NameTarget, doors: NameDoors): Promise<Probed> {
  const {kind, text, note} = await judgeName(name, target, doors);
  const all = [text, note, kind === 'wrong' ? unproxy : undefined].filter(each => each !== undefined).join(' ');
  return kind === 'right'
    ? {isGood: true, text: all}
    : {isGood: false, text: `${all} You can continue, and correct this later.`};
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
