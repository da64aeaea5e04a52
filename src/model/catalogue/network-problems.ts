import type {Entry} from './entry.ts';

/** What a plan says of the network in front of the host. */
export const networkProblems = {
  'double-nat': {
    title: 'A second router in front of yours',
    place: 'router',
    isSoft: true,
    meaning:
      'The public address is not the address of your router, so connections end at another router before they reach yours.',
    remedy:
      'Ask your provider for a public IPv4 address. If the other router is yours, forward the same ports on it too.',
  },
  cgnat: {
    title: 'Address shared by the provider',
    place: 'router',
    meaning:
      'The provider shares one public address among many customers (DS-Lite, CGNAT), so nobody can reach this host over IPv4.',
    remedy: 'Ask your provider for a public IPv4 address, or use a server that has one.',
  },
  'symmetric-nat': {
    title: 'Symmetric NAT',
    place: 'router',
    meaning: 'The router chooses another port for each destination, so the bridge is reached through a forward only.',
    remedy: 'Forward the ports in the router. With forwards, this kind of NAT does no harm.',
  },
  'vpn-default-route': {
    title: 'VPN as the way to the internet',
    place: 'host',
    meaning: 'Everything leaves this host through a VPN, whose address is not the one that the router forwards.',
    remedy: "Exclude this host from the VPN, or route only the VPN's own networks through it.",
  },
  'mtu-black-hole': {
    title: 'Large packets are lost',
    place: 'router',
    meaning: 'Large packets are lost on the way to the internet without a word, so connections open and then hang.',
    remedy: 'Set the MTU of the interface to the size that the warning names, or let the router clamp the MSS of TCP.',
  },
  'address-may-change': {
    title: 'Public address may change',
    place: 'router',
    isSoft: true,
    meaning: 'The name of the public address looks like one that a provider gives out for a time.',
    remedy:
      'Ask your provider for a fixed address, or set address.changes to apply, with dynamic-dns.kind if your DNS provider takes updates.',
  },
  'clock-wrong': {
    title: 'Clock is wrong',
    place: 'host',
    meaning: 'The clock of this host differs from the time of the internet by minutes: certificates do not work.',
    remedy: 'Let it follow the time of the internet: `timedatectl set-ntp true`.',
  },
  'forward-taken': {
    title: 'Port of the router taken',
    place: 'router',
    meaning: 'The router already forwards a port to another device, so it does not forward it to this host.',
    remedy: 'Remove that forward in the router, or forward the port to this host there by hand.',
  },
  'forward-refused': {
    title: 'Router refuses a forward',
    place: 'router',
    meaning: 'The router takes requests for forwards, but refused this one. Many refuse ports below 1024.',
    remedy: 'Forward the port in the router by hand.',
  },
  'forward-kept': {
    title: 'Router keeps a forward',
    place: 'router',
    meaning:
      'The router did not answer when a forward was given back. It ends by itself, or stays until you remove it.',
    remedy: 'Remove it in the router if it matters.',
  },
  'virtualisation-limits': {
    title: 'Machine within a container',
    place: 'host',
    isSoft: true,
    meaning: 'This machine is a container of another one, which forbids some of what Docker needs.',
    remedy: 'Use a machine of its own or a virtual machine.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
