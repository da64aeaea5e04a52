import ipaddr from 'ipaddr.js';
import {Problem} from '../model/problem.ts';

/** The containers' network. Addresses are fixed: a dynamic one could take another container's while that restarts. */
export type Network = {
  readonly subnet: string;
  /** This host's own address on Docker's bridge. */
  readonly gateway: string;
  readonly web: string;
  readonly prosody: string;
  readonly jicofo: string;
  readonly videobridge: string;
  readonly turn: string;
  readonly whiteboard: string;
  readonly etherpad: string;
};

/** Private subnets to try in this order, away from Docker's own first choices. */
const candidates = [
  ...[28, 27, 29, 26, 30, 25, 31, 24].map(second => `172.${second}.0.0/24`),
  // A VPN may route all of 172.16.0.0/12 and 10.0.0.0/8.
  ...['10.77.0.0/24', '10.213.0.0/24', '192.168.213.0/24', '192.168.240.0/24'],
];

/** Chooses the subnet: the one in the settings, else the one in use, else the first that no route of this host overlaps. */
export function planNetwork({
  chosen,
  inUse,
  routes,
}: {
  chosen: string;
  inUse: string | undefined;
  routes: readonly string[];
}): Network {
  const isFree = (subnet: string) => routes.every(route => !overlap(subnet, route));
  const others = routes.filter(route => route !== inUse);
  const kept = inUse !== undefined && others.every(route => !overlap(inUse, route)) ? inUse : undefined;
  const subnet = chosen === 'auto' ? (kept ?? candidates.find(isFree)) : chosen;
  if (subnet === undefined) throw noneFree(routes);
  const clash = subnet === inUse ? undefined : routes.find(route => overlap(subnet, route));
  if (clash !== undefined) throw taken(subnet, clash, candidates.find(isFree));
  return {subnet, ...nameAddresses(subnet)};
}

/** Returns whether two networks in CIDR form share an address. */
export function overlap(one: string, other: string): boolean {
  const [first, second] = [ipaddr.IPv4.parseCIDR(one), ipaddr.IPv4.parseCIDR(other)];
  const bits = Math.min(first[1], second[1]);
  return first[0].match(second[0], bits);
}

function nameAddresses(subnet: string): Omit<Network, 'subnet'> {
  const base = ipaddr.IPv4.networkAddressFromCIDR(subnet).toByteArray();
  const address = (offset: number) => [...base.slice(0, 3), (base[3] ?? 0) + offset].join('.');
  return {
    gateway: address(1),
    web: address(2),
    prosody: address(3),
    jicofo: address(4),
    videobridge: address(5),
    turn: address(6),
    whiteboard: address(7),
    etherpad: address(8),
  };
}

function noneFree(routes: readonly string[]): Problem {
  return new Problem({
    code: 'no-free-subnet',
    summary: `Every subnet considered for the containers overlaps with a route of this host: ${routes.join(', ')}.`,
    remedy:
      'Let the VPN or the other network route less than all private addresses, or choose a subnet that you know to be free, as large as /24: --set stack.subnet=SUBNET.',
  });
}

function taken(subnet: string, route: string, free: string | undefined): Problem {
  return new Problem({
    code: 'subnet-taken',
    summary: `The containers' subnet ${subnet} overlaps with the route to ${route}.`,
    remedy:
      free === undefined
        ? 'Choose another with --set stack.subnet=SUBNET, or let that network route less: all others that were considered are routed too.'
        : `Choose another that no route uses: --set stack.subnet=${free}, or auto.`,
  });
}
