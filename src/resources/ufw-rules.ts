import {contains} from '../model/packet-filter/contains.ts';

type UfwRule = {
  /** The number by which ufw inserts before it; undefined where the list has no numbers. */
  readonly number: number | undefined;
  /** The words for the destination: `443/tcp`, `192.168.1.20 443/tcp`, `443/tcp on eth0`. */
  readonly to: readonly string[];
  readonly action: string;
  readonly from: string;
};

const actions = ['ALLOW', 'DENY', 'REJECT', 'LIMIT'];

/** Parses the rules for incoming IPv4 packets from `ufw status` or `ufw status numbered`. */
function parseUfw(text: string): readonly UfwRule[] {
  return text.split('\n').flatMap(line => {
    const isNumbered = line.startsWith('[');
    const end = isNumbered ? line.indexOf(']') : -1;
    const [rule = ''] = line.slice(end + 1).split('#');
    const words = rule.split(/\s/).filter(Boolean);
    const at = words.findIndex(word => actions.includes(word));
    if (at < 1 || words.includes('(v6)')) return [];
    const [direction = '', ...more] = words.slice(at + 1);
    if (direction === 'OUT' || direction === 'FWD') return [];
    const from = direction === 'IN' ? more : [direction, ...more];
    const number = isNumbered ? Number(line.slice(1, end)) : undefined;
    return [
      {
        number,
        to: words.slice(0, at),
        action: words[at] ?? '',
        from: from.filter(word => !/^\(log(?:-all)?\)$/.test(word)).join(' '),
      },
    ];
  });
}

/**
 * Finds the first rule that decides about participants' packets to a port such as `443/tcp`. A rule for one network, for another
 * interface or for an address decides nothing, unless it is one that refuses.
 */
export function findDecision(text: string, port: string, uplink: string | undefined): UfwRule | undefined {
  return parseUfw(text).find(({to, action, from}) => {
    const isAllowed = action === 'ALLOW';
    if (from !== 'Anywhere') return false;
    const interfaceName = to.at(-2) === 'on' ? to.at(-1) : undefined;
    if (interfaceName !== undefined && interfaceName !== uplink && (isAllowed || uplink !== undefined)) return false;
    return isFor(interfaceName === undefined ? to : to.slice(0, -2), port, isAllowed);
  });
}

function isFor(to: readonly string[], port: string, isAllowed: boolean): boolean {
  if (to.length === 1 && to[0] === 'Anywhere') return true;
  // A profile such as “Nginx Full”, or an address with all of its ports: ours is to be before one that refuses.
  if (!/^\d[\d:,]*(?:\/\w+)?$/.test(to.at(-1) ?? '')) return !isAllowed;
  const [ports = '', protocol, ...rest] = (to.at(-1) ?? '').split('/');
  const [number = '', wanted] = port.split('/');
  if (rest.length > 0 || to.length > 2 || (to.length === 2 && isAllowed)) return false;
  if (protocol !== undefined && protocol !== wanted) return false;
  return ports.split(',').some(range => contains(range.replace(':', '-'), number));
}
