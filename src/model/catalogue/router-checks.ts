import type {Entry} from './entry.ts';

/** The checks of the router and of what is behind it. */
export const routerChecks = {
  'router-forwards': {
    title: 'Forwards in the router',
    place: 'router',
    meaning: 'The router does not forward a port to this host.',
    remedy: 'Forward the port in the router to the local address of this host, to the same port.',
  },
  'public-address': {
    title: 'Public address that the bridge advertises',
    place: 'router',
    isSoft: true,
    meaning:
      'The bridge advertises an address that differs from the one the internet sees: there is neither audio nor video.',
    remedy: 'Run `jitsi-onebox apply`, and let the domains resolve to the new address.',
  },
  'port-mapping': {
    title: 'Forwards that the router was asked for',
    place: 'router',
    meaning: 'The router lost a forward that it was asked for, or gave the port to another device.',
    remedy: 'Run `jitsi-onebox router renew`.',
  },
  'packet-size': {
    title: 'Large packets',
    place: 'router',
    meaning: 'Large packets are lost on the way to the internet without a word, so connections open and then hang.',
    remedy: 'Set the MTU of the interface to the size that the evidence names, or let the router clamp the MSS of TCP.',
  },
  'ipv6-reach': {
    title: 'IPv6 as the DNS says',
    place: 'router',
    meaning: 'The DNS names an IPv6 address of this host, but IPv6 does not work here.',
    remedy: 'Remove the AAAA record, or let the router pass IPv6 to this host.',
  },
  'idle-timeouts': {
    title: 'Silent connections',
    place: 'haproxy',
    meaning: 'HAProxy or nginx cuts connections that are silent for a while, so meetings break off.',
    remedy: 'Run `jitsi-onebox apply`: it sets the limits again.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
