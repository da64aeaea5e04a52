import {contains} from '../model/packet-filter/contains.ts';
import {samples} from '../model/packet-filter/rules.ts';

/** Finds the zone that participants' packets meet in `firewall-cmd --get-active-zones`; undefined for the default zone. */
export function findZone(text: string, uplink: string): string | undefined {
  let zone: string | undefined;
  let found: string | undefined;
  for (const line of text.split('\n')) {
    const [first = '', ...list] = line.split(/[\s,]/).filter(Boolean);
    const kind = /^\s/.test(line) ? first : '';
    if (kind === '' && first !== '') zone = first;
    // A source counts before an interface.
    if (kind === 'sources:' && list.some(range => samples.every(address => contains(range, address)))) return zone;
    if (kind === 'interfaces:' && list.includes(uplink)) found ??= zone;
  }
  return found;
}
