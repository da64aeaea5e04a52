import {Resolver} from 'node:dns/promises';
import {isIPv4} from 'node:net';
import type {CaaRecord} from '../model/machine.ts';

/**
 * Finds the IPv4 address of a name in the DNS. The lookup of the system is not used: it cannot be cancelled, and with a dead
 * resolver it would keep the program from ending.
 */
export async function resolveAddress(name: string, signal: AbortSignal): Promise<string> {
  if (isIPv4(name)) return name;
  const [address] = await askUntil(signal, 1000, resolver => resolver.resolve4(name).catch(withoutFamily));
  if (address === undefined) throw new Error(`${name} has no IPv4 address`);
  return address;
}

/** Asks with a resolver that gives up with a signal: while it waits for an answer, the program cannot end. */
async function askUntil<T>(
  signal: AbortSignal | undefined,
  timeout: number,
  ask: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const resolver = new Resolver({timeout, tries: 2});
  const cancel = () => resolver.cancel();
  signal?.addEventListener('abort', cancel);
  try {
    return await ask(resolver);
  } catch (error) {
    throw new Error(describeDnsError(error), {cause: error});
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Says in words what an error of Node's resolver means: its own message is `queryA ENOTFOUND name`. */
export function describeDnsError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const {code = '', hostname = 'the name'} = error as {code?: string; hostname?: string};
  return code === 'ENOTFOUND' ? `${hostname} has no DNS entry` : (dnsWords[code] ?? error.message);
}

const dnsWords: Readonly<Record<string, string>> = {
  ESERVFAIL: 'the DNS server could not find out',
  EREFUSED: 'the DNS server refused to answer',
  ECONNREFUSED: 'no DNS server answered',
  ETIMEOUT: 'no DNS server answered in time',
  ECANCELLED: 'the DNS was asked no longer',
};

/** Finds the addresses of a name in both families; none if the name does not exist. */
export type LookUp = (name: string, signal?: AbortSignal) => Promise<readonly string[]>;

/** Looks a name up in the DNS. */
export const lookUpName: LookUp = (name, signal) =>
  askUntil(signal, 2000, async resolver => {
    const families = [resolver.resolve4(name), resolver.resolve6(name)];
    return (await Promise.all(families.map(each => each.catch(missing)))).flat();
  });

/** Says why a name does not bring participants to this host, and nowhere else; undefined if it does. */
export async function findFault(
  name: string,
  {address, ipv6}: {readonly address: string; readonly ipv6: readonly string[]},
  lookUp: LookUp,
): Promise<string | undefined> {
  const found = await lookUp(name).catch(error => (error instanceof Error ? error : new Error(String(error))));
  if (found instanceof Error) return `${name} could not be looked up (${found.message}).`;
  if (found.length === 0) return `${name} has no DNS entry yet: let it resolve to ${address}.`;
  if (!found.includes(address))
    return `${name} resolves to ${found.join(', ')}; the public address here is ${address}.`;
  const others = found.filter(each => each !== address && !ipv6.includes(each)).join(', ');
  if (others === '') return undefined;
  return `${name} resolves to this host, but also to ${others}: some participants would not get in.`;
}

/** Finds the CAA records that govern a name: those of the closest domain above it that has any (RFC 8659, section 3). */
export function lookUpCaa(name: string, signal?: AbortSignal): Promise<readonly CaaRecord[]> {
  const labels = name.split('.');
  return askUntil(signal, 2000, async resolver => {
    for (const index of labels.keys()) {
      const found = await resolver.resolveCaa(labels.slice(index).join('.')).catch(missing);
      if (found.length > 0) return found.flatMap(readCaa);
    }
    return [];
  });
}

/** Reads a record of Node, whose tag is the name of a property. One more property is the type of the record. */
function readCaa({critical, ...properties}: Awaited<ReturnType<Resolver['resolveCaa']>>[number]): readonly CaaRecord[] {
  return Object.entries(properties)
    .filter(([tag]) => tag !== 'type')
    .map(([tag, value]) => ({tag: tag.toLowerCase(), value: String(value), isCritical: critical >= 128}));
}

/** A missing family is an answer, unlike a missing name. */
function withoutFamily(error: unknown): readonly never[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENODATA') return [];
  throw error;
}

/** A missing name or family is an answer; any other error is not. */
function missing(error: unknown): readonly never[] {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA')) return [];
  throw error;
}
