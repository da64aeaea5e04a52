import * as v from 'valibot';
import {type Fact, type FactValues, known, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import type {PathSize} from '../../model/network-facts.ts';
import {askJson, missing, query, Unreadable} from './ask.ts';

/** Any address beyond every network of this host: nothing is sent to it. */
const beyond = '198.51.100.1';

const chosenRoute = v.array(
  v.object({
    dev: v.optional(v.string()),
    mtu: v.optional(v.number()),
    metrics: v.optional(v.array(v.object({mtu: v.optional(v.number())}))),
  }),
);
const links = v.array(
  v.object({
    mtu: v.optional(v.number()),
    link_type: v.optional(v.string()),
    linkinfo: v.optional(v.object({info_kind: v.optional(v.string())})),
  }),
);

/** The kinds of interfaces that carry packets inside others. PPP is left out: it is how DSL lines begin. */
const tunnelKinds = /^(wireguard|tun|ipip|gre|gretap|sit|vti|xfrm|ip6tnl|geneve|vxlan|amneziawg)$/;

/** Detects by which interface packets leave for the internet, and whether that is a tunnel, as a VPN makes it. */
export async function readUplink(host: Host): Promise<Fact<FactValues['uplink']>> {
  const [route] = await askJson(host, chosenRoute, 'ip', '-j', '-4', 'route', 'get', beyond);
  const name = route?.dev;
  if (name === undefined) throw new Unreadable('ip route', 'no route leads to the internet');
  const [link] = await askJson(host, links, 'ip', '-j', '-d', 'link', 'show', 'dev', name);
  const kind = link?.linkinfo?.info_kind ?? '';
  return known({interface: name, isTunnel: tunnelKinds.test(kind)}, `ip link show ${name}${kind && ` (${kind})`}`);
}

/** Detects what this machine is within: a virtual machine, a container, or nothing. The program exits with 1 for `none`. */
export async function readVirtualisation(host: Host): Promise<Fact<string>> {
  const {exitCode, stdout} = await query(host, 'systemd-detect-virt');
  const name = stdout.trim();
  if (exitCode === missing || name === '') throw new Unreadable('systemd-detect-virt', 'it does not answer');
  return known(name, 'systemd-detect-virt');
}

/**
 * Detects the largest packet that gets out, and whether the kernel was told of it. Without word from the router that a packet was too
 * large, connections hang as soon as they carry more than a little.
 */
export async function readMtu(
  host: Host,
  uplink: FactValues['uplink'],
  findPathSize: (full: number) => Promise<PathSize | undefined>,
): Promise<Fact<FactValues['mtu']>> {
  const [link] = await askJson(host, links, 'ip', '-j', '-d', 'link', 'show', 'dev', uplink.interface);
  const full = link?.mtu;
  if (full === undefined) throw new Unreadable('ip link', `the MTU of ${uplink.interface} is unknown`);
  // A loopback-like interface carries more than any path does.
  const path = await findPathSize(Math.min(full, 9000));
  if (!path) return unknown('STUN', 'no two servers answer padded questions in the same way');
  const source = `padded STUN to ${path.server}`;
  if (path.size >= full) return known({size: full, isBlackHole: false}, source);
  const [route] = await askJson(host, chosenRoute, 'ip', '-j', '-4', 'route', 'get', path.address);
  const learned = route?.mtu ?? route?.metrics?.find(({mtu}) => mtu !== undefined)?.mtu;
  const isBlackHole = learned === undefined || learned > path.size + 60;
  return known({size: isBlackHole ? path.size : learned, isBlackHole}, source);
}

/**
 * Finds out whether the public address is the router's own: a packet that may pass no further router gets there, or comes back from
 * the router as one that had to go on. Undefined where nobody answers.
 */
export async function isBeyondRouter(host: Host, publicAddress: string, gateway: string): Promise<boolean | undefined> {
  const {exitCode, stdout} = await query(host, 'ping', '-n', '-c', '1', '-W', '1', '-t', '1', publicAddress);
  if (exitCode === 0) return false;
  return (
    new RegExp(`^From ${gateway.replaceAll('.', '\\.')}\\b.*time to live exceeded`, 'im').test(stdout) || undefined
  );
}

/** Finds the router after ours on the way to the internet: a packet that may pass one router comes back from it. */
export async function findNextRouter(host: Host): Promise<string | undefined> {
  const {stdout} = await query(host, 'ping', '-n', '-c', '1', '-W', '1', '-t', '2', beyond);
  return /^From (\S+?):? .*time to live exceeded/im.exec(stdout)?.[1];
}
