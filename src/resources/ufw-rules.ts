import {contains} from '../model/packet-filter/contains.ts';

type UfwRule = {
  /** The number by which ufw inserts before it; undefined where the list has no numbers. */
  readonly number: number | undefined;
  readonly to: string;
  readonly action: string;
  readonly from: string;
};

const line = /^(?:\[ *(\d+)\]\s+)?(.*?)\s+(ALLOW|DENY|REJECT|LIMIT)\b(?:\s+(IN|OUT|FWD))?\s+(.*?)\s*(?:#.*)?$/;

/** Parses the rules for incoming IPv4 packets from `ufw status` or `ufw status numbered`. */
function parseUfw(text: string): readonly UfwRule[] {
  return text.split('\n').flatMap(each => {
    const [, number, to = '', action = '', direction = 'IN', from = ''] = line.exec(each) ?? [];
    if (action === '' || direction !== 'IN' || to.includes('(v6)') || from.includes('(v6)')) return [];
    return [{number: number === undefined ? undefined : Number(number), to, action, from}];
  });
}

/**
 * Finds the first rule that decides about participants' packets to a port such as `443/tcp`. A rule for one network, for another
 * interface or for an address decides nothing, unless it is one that refuses.
 */
export function findDecision(text: string, port: string, uplink: string | undefined): UfwRule | undefined {
  return parseUfw(text).find(rule => {
    const [, to = '', interfaceName] = /^(.*?)(?: on (\S+))?$/.exec(rule.to) ?? [];
    const isAllowed = rule.action === 'ALLOW';
    if (rule.from !== 'Anywhere') return false;
    if (interfaceName !== undefined && interfaceName !== uplink && (isAllowed || uplink !== undefined)) return false;
    return isFor(to, port, isAllowed);
  });
}

function isFor(to: string, port: string, isAllowed: boolean): boolean {
  if (to === 'Anywhere') return true;
  const [, address, ports = '', protocol] = /^(?:(\S+) )?(\d[\d,:]*)(?:\/(tcp|udp))?$/.exec(to) ?? [];
  const [number = '', wanted] = port.split('/');
  if (address !== undefined && isAllowed) return false;
  if (protocol !== undefined && protocol !== wanted) return false;
  return ports.split(',').some(range => contains(range.replace(':', '-'), number));
}
