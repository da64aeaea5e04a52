import type {Facts} from '../model/facts.ts';
import {describeClock} from '../model/network-facts.ts';
import {Problem} from '../model/problem.ts';
import type {Blueprint} from './blueprint.ts';
import {publicPorts} from './host.ts';
import {namePorts} from './reach.ts';

/** Finds what the network does to a meeting server, each with what it means and what to do. */
export function adviseOnNetwork(blueprint: Blueprint, facts: Facts): readonly Problem[] {
  const found = [
    arrivesAlready(facts) ? undefined : adviseOnNat(blueprint, facts),
    adviseOnTunnel(facts),
    adviseOnPacketSize(facts),
    adviseOnAddressName(blueprint, facts),
    adviseOnClock(facts),
    adviseOnVirtualisation(facts),
  ];
  return found.filter(each => each !== undefined);
}

/**
 * Returns whether something arrives, so that the routers are set up already, however many there are. What comes back from the router
 * shows a forward, too, unless the router lets everybody in at a port that has sent something.
 */
function arrivesAlready({arrivals, translation}: Facts): boolean {
  const letsAllIn = translation.value?.filtering === 'endpoint-independent';
  return arrivals.value?.some(({from}) => from === 'outside' || !letsAllIn) === true;
}

function adviseOnNat(blueprint: Blueprint, facts: Facts): Problem | undefined {
  if (facts.nat.value === 'carrier') return sharedAddress(blueprint, facts);
  if (facts.nat.value === 'double') return doubleNat(blueprint, facts);
  const {value} = facts.translation;
  const isSymmetric = value?.mapping === 'address-dependent' || value?.mapping === 'address-and-port-dependent';
  return isSymmetric && facts.nat.value !== 'none' ? symmetricNat(blueprint, facts) : undefined;
}

function sharedAddress({publicAddress}: Blueprint, {nat}: Facts): Problem {
  return new Problem({
    code: 'cgnat',
    summary: `Your provider shares ${publicAddress} among many customers (${nat.source}).`,
    why: 'Nobody on the internet can reach this host over IPv4: a forward in your own router does not help, since connections end at the router of the provider (DS-Lite, CGNAT).',
    remedy:
      'Ask your provider for a public IPv4 address (some give one for free when asked), rent a small server with a public address, or let a VPN provider forward the ports to you.',
  });
}

function doubleNat(blueprint: Blueprint, {nat, gateway, router}: Facts): Problem {
  const {publicAddress, localAddress} = blueprint;
  const ports = namePorts(publicPorts(blueprint));
  const inner = router.value?.address ?? 'the address that your router has on its outer side';
  return new Problem({
    code: 'double-nat',
    summary: `${publicAddress} is not the address of your router: there is another router in front of it (${nat.source}).`,
    why: 'Connections from the internet end at the other router and never reach yours. Providers that share one address among many customers do this (DS-Lite, CGNAT).',
    remedy: `Forward ${ports} twice: on the outer router to ${inner}, and on yours${gateway.value ? ` (${gateway.value.address})` : ''} to ${localAddress}. Or let the outer one work as a bridge or modem. If it belongs to your provider, ask for a public IPv4 address.`,
  });
}

function symmetricNat(blueprint: Blueprint, {translation}: Facts): Problem {
  return new Problem({
    code: 'symmetric-nat',
    summary: `The router chooses another port for each destination (symmetric NAT, ${translation.source}).`,
    why: 'Audio and video reach the bridge only through a forward: without one, nobody outside can guess its port.',
    remedy: `Nothing, if the router forwards ${namePorts(publicPorts(blueprint))} to ${blueprint.localAddress}. \`jitsi-onebox check DOMAIN\` on a machine outside of your network shows whether it does.`,
  });
}

function adviseOnTunnel({uplink, publicAddress}: Facts): Problem | undefined {
  if (!uplink.value?.isTunnel) return undefined;
  return new Problem({
    code: 'vpn-default-route',
    summary: `Everything leaves this host through ${uplink.value.interface}, a tunnel (${uplink.source}).`,
    why: `The internet sees the address of the VPN${publicAddress.value === undefined ? '' : ` (${publicAddress.value})`}, and answers leave by another way than participants come in.`,
    remedy:
      "Exclude this host from the VPN, or route only the VPN's own networks through it. If the VPN provider forwards the ports to you on purpose, change nothing.",
  });
}

function adviseOnPacketSize({mtu}: Facts): Problem | undefined {
  if (!mtu.value?.isBlackHole) return undefined;
  const {size} = mtu.value;
  return new Problem({
    code: 'mtu-black-hole',
    summary: `Packets of more than ${size} bytes are lost on the way to the internet, and no router says so (${mtu.source}).`,
    why: 'Pages and certificates stop in the middle: connections open, then hang.',
    remedy: `Set the MTU of the interface to ${size} (\`ip link set dev INTERFACE mtu ${size}\`, and in the configuration of the network), or let the router clamp the MSS of TCP and pass ICMP.`,
  });
}

function adviseOnAddressName({publicAddress, followsAddress}: Blueprint, {addressName}: Facts): Problem | undefined {
  if (followsAddress || !addressName.value?.isDynamic) return undefined;
  return new Problem({
    code: 'address-may-change',
    summary: `The DNS name of ${publicAddress} is ${addressName.value.name}: the address may change.`,
    why: 'After a change nobody reaches the server until the DNS and the bridge know the new address.',
    remedy:
      'Ask your provider for a fixed address, or set address.changes to apply, with dynamic-dns.kind if your DNS provider takes updates.',
  });
}

/** Seconds by which a clock may be wrong without anybody noticing. */
const tolerable = 120;

function adviseOnClock({clock}: Facts): Problem | undefined {
  if (clock.value === undefined || Math.abs(clock.value) <= tolerable) return undefined;
  return new Problem({
    code: 'clock-wrong',
    summary: `The clock of this host is ${describeClock(clock.value)} (${clock.source}).`,
    why: 'Certificates look as if they were expired or not valid yet, packages cannot be verified, and tokens do not work.',
    remedy: 'Let it follow the time of the internet: `timedatectl set-ntp true`.',
  });
}

/** What each kind of container forbids. A virtual machine forbids nothing. */
const limits: Readonly<Record<string, string>> = {
  openvz: 'OpenVZ shares an old kernel, in which Docker does not run.',
  lxc: 'In LXC, Docker runs only if the outer host allows nesting, and kernel parameters cannot be set.',
  'lxc-libvirt': 'In LXC, Docker runs only if the outer host allows nesting, and kernel parameters cannot be set.',
  docker: 'This is a container itself, where no systemd rules and the network is not its own.',
  podman: 'This is a container itself, where no systemd rules and the network is not its own.',
  wsl: 'Windows Subsystem for Linux has a network of its own, which nobody outside reaches.',
};

function adviseOnVirtualisation({virtualisation}: Facts): Problem | undefined {
  const why = limits[virtualisation.value ?? ''];
  if (why === undefined) return undefined;
  return new Problem({
    code: 'virtualisation-limits',
    summary: `This machine is a container of another one (${virtualisation.value}).`,
    why,
    remedy:
      'Use a machine of its own or a virtual machine (KVM). In LXC on Proxmox, switch on the features nesting and keyctl.',
  });
}
