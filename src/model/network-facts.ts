import * as v from 'valibot';
import {define} from './fact-entry.ts';

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const count = v.pipe(v.number(), v.finite(), v.minValue(0));

const natWords = {
  none: 'no: the address is its own',
  single: 'yes: behind a router',
  double: 'twice: the router is itself behind another one',
  carrier: 'twice: the provider shares one address among its customers',
};

/** What a choice of the router depends on: on nothing but the sender, on the address of the other side, or on its port too. */
const dependence = v.picklist(['endpoint-independent', 'address-dependent', 'address-and-port-dependent']);

/** The protocols in which a router can be asked for a forward. */
export const routerProtocols = ['pcp', 'nat-pmp', 'upnp'] as const;
export type RouterProtocol = (typeof routerProtocols)[number];

const protocolWords: Readonly<Record<RouterProtocol, string>> = {
  pcp: 'PCP',
  'nat-pmp': 'NAT-PMP',
  upnp: 'UPnP',
};

/** The largest packet that a server answered. */
export type PathSize = {readonly size: number; readonly server: string; readonly address: string};

/** Names protocols for the user. */
const nameProtocols = (names: readonly RouterProtocol[]) => names.map(name => protocolWords[name]).join(', ');

/** The facts that only the network can say, except the public IPv4 address. */
export const networkFacts = {
  /** `double` if the router is behind NAT as well, `carrier` if that NAT is the provider's. */
  nat: define('NAT', v.picklist(['none', 'single', 'double', 'carrier']), nat => natWords[nat]),
  /** How the NAT chooses ports (mapping), and whose packets it lets in (filtering; null if no server could try). RFC 4787. */
  translation: define(
    'Kind of NAT',
    v.object({mapping: v.picklist(['none', ...dependence.options]), filtering: v.nullable(dependence)}),
    ({mapping, filtering}) => {
      if (mapping === 'none') return 'none: addresses and ports stay as they are';
      const ports =
        mapping === 'endpoint-independent' ? 'one port for all destinations' : 'another port for each destination';
      return `${ports}${mapping === 'endpoint-independent' ? '' : ' (symmetric)'}; ${filterWords(filtering)}`;
    },
  ),
  /** The router's own address on the side of the internet, and the protocols in which it takes requests for forwards. */
  router: define(
    'Router',
    v.object({address: v.nullable(v.pipe(v.string(), v.ipv4())), offers: v.array(v.picklist(routerProtocols))}),
    ({address, offers}) =>
      `${address === null ? 'does not say its address' : `its address is ${address}`}; ${offers.length === 0 ? 'takes no requests for forwards' : `takes requests for forwards (${nameProtocols(offers)})`}`,
  ),
  /** The ports at which packets already arrive: sent by a server on the internet, or by this host to its public address. */
  arrivals: define(
    'Arrives already',
    v.array(v.object({port, protocol: v.picklist(['tcp', 'udp']), from: v.picklist(['outside', 'hairpin'])})),
    arrivals =>
      arrivals.map(each => `${each.port}/${each.protocol} (${arrivalWords[each.from]})`).join(', ') ||
      'nothing that could be tried',
  ),
  /** Whether the router sends back in what is sent to the public address from within. */
  hairpin: define('Hairpin', v.boolean(), hairpin => (hairpin ? 'yes' : 'no')),
  /** The name of the public address in the DNS, and whether it looks like one that is given out for a time. */
  addressName: define(
    'Name of the address',
    v.object({name: v.nullable(v.string()), isDynamic: v.boolean()}),
    ({name, isDynamic}) => (name === null ? 'none' : `${name}${isDynamic ? ': the address may change' : ''}`),
  ),
  /** The IPv6 address that the internet sees; `configured` if there is one that no server answers to. */
  publicIpv6: define(
    'Public IPv6',
    v.object({address: v.nullable(v.pipe(v.string(), v.ipv6())), state: v.picklist(['none', 'configured', 'works'])}),
    ({address, state}) =>
      state === 'none' ? 'none' : `${address}${state === 'works' ? '' : ': configured, but nothing answers over IPv6'}`,
  ),
  /** The interface that packets to the internet leave by. */
  uplink: define(
    'Way out',
    v.object({interface: v.string(), isTunnel: v.boolean()}),
    ({interface: name, isTunnel}) => `${name}${isTunnel ? ', a tunnel (VPN)' : ''}`,
  ),
  /** The largest IP packet that gets out; `isBlackHole` if larger ones are lost without a word. */
  mtu: define(
    'Packet size',
    v.object({size: count, isBlackHole: v.boolean()}),
    ({size, isBlackHole}) => `up to ${size} bytes${isBlackHole ? '; larger ones are lost without a word' : ''}`,
  ),
  /** What systemd-detect-virt prints; `none` on hardware. */
  virtualisation: define('Virtualisation', v.string(), name => (name === 'none' ? 'none: hardware' : name)),
  /** Seconds by which the clock is ahead of the internet. */
  clock: define('Clock', v.pipe(v.number(), v.finite()), ahead => describeClock(ahead)),
};

const arrivalWords = {outside: 'seen from outside', hairpin: 'through the router'} as const;

function filterWords(filtering: v.InferOutput<typeof dependence> | null): string {
  if (filtering === null) return 'no server could try whom it lets in';
  if (filtering === 'endpoint-independent') return 'lets everybody in (full cone)';
  return `lets in only ${filtering === 'address-dependent' ? 'addresses' : 'addresses and ports'} that were written to`;
}

/** Says how wrong a clock is. */
export function describeClock(ahead: number): string {
  const seconds = Math.abs(Math.round(ahead));
  if (seconds < 5) return 'right';
  const [size, unit] = seconds < 120 ? [1, 'second'] : seconds < 7200 ? [60, 'minute'] : [3600, 'hour'];
  const number = Math.round(seconds / size);
  return `${number} ${unit}${number === 1 ? '' : 's'} ${ahead > 0 ? 'ahead' : 'behind'}`;
}
