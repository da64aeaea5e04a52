import {shorten} from './rules.ts';

/** The addresses of the sets of `ipset`, by name; those of a set that holds something else are undefined. */
export type AddressSets = ReadonlyMap<string, ReturnType<typeof shorten>>;

/** Parses what `ipset save` prints. */
export function parseIpsets(text: string): AddressSets {
  const sets = new Map<string, string[] | undefined>();
  for (const line of text.split('\n')) {
    const [verb, name = '', value = '', ...options] = line.trim().split(/\s+/, 20);
    // Of IPv6 and of pairs with ports or interfaces nothing is known here.
    if (verb === 'create') sets.set(name, isOfAddresses(value, options) ? [] : undefined);
    // `nomatch` leaves a network out of a larger one.
    else if (verb === 'add' && options.includes('nomatch')) sets.set(name, undefined);
    else if (verb === 'add') sets.get(name)?.push(value);
  }
  return new Map([...sets].map(([name, values]) => [name, shorten(values)]));
}

function isOfAddresses(type: string, options: readonly string[]): boolean {
  return ['hash:ip', 'hash:net', 'bitmap:ip'].includes(type) && !options.includes('inet6');
}
