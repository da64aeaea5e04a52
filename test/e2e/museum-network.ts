import {apply, ask, lab} from './lab.ts';
import type {Exhibit} from './museum.ts';

/** What the network does to a host on which nothing is installed. */
export const networkBefore: readonly Exhibit[] = [
  {
    title: 'symmetric NAT without forwards',
    code: 'symmetric-nat',
    router: 'symmetric-closed',
    says: /another port for each destination/,
    remedy: /10000\/udp/,
  },
  {
    title: 'a second router in front, which forwards nothing',
    code: 'double-nat',
    router: 'double-closed',
    says: /another router in front/,
    remedy: /outer router/,
  },
  {
    title: 'an address that the provider shares (CGNAT)',
    code: 'cgnat',
    router: 'carrier',
    says: /shares 198\.51\.100\.10/,
    remedy: /provider/,
  },
  {
    title: 'a VPN as the default route',
    code: 'vpn-default-route',
    fault: 'vpn',
    says: /vpn0, a tunnel/,
    remedy: /VPN leave out this host/,
  },
  {
    title: 'large packets lost before the installation',
    code: 'mtu-black-hole',
    fault: 'mtu-black-hole',
    says: /more than 1400 bytes/,
    remedy: /MTU.* to 1400/,
  },
];

const closed = (port: number, protocol: string): Exhibit => ({
  title: `${port}/${protocol} is not forwarded`,
  code: 'router-forwards',
  fault: `closed-${port}`,
  says: new RegExp(`does not forward ${port}/${protocol} to this host`),
  remedy: new RegExp(`^Forward ${port}/${protocol} to 192\\.168\\.77\\.10, port ${port} in the router`),
});

const haproxy = '/etc/haproxy/haproxy.cfg';

/** What it does to an installation. */
export const networkAfter: readonly Exhibit[] = [
  closed(80, 'tcp'),
  closed(443, 'tcp'),
  closed(3478, 'udp'),
  closed(10_000, 'udp'),
  {
    title: '10000/udp is forwarded to another port',
    code: 'router-forwards',
    fault: 'media-elsewhere',
    says: /does not forward 10000\/udp/,
    remedy: /same port inside as outside/,
  },
  {
    title: 'the public address has changed',
    code: 'public-address',
    fault: 'address-changed',
    says: /is 198\.51\.100\.11 now/,
    remedy: /apply.*198\.51\.100\.11/,
  },
  {
    title: 'large packets are lost',
    code: 'packet-size',
    fault: 'mtu-black-hole',
    says: /more than 1400 bytes are lost/,
    remedy: /MTU.* to 1400/,
  },
  {
    title: 'the right AAAA record, and no IPv6',
    code: 'ipv6-reach',
    fault: 'aaaa-unreachable',
    says: /2a02:db8:77::10/,
    remedy: /Remove the AAAA record/,
  },
  {
    title: 'a router without hairpin NAT',
    code: 'public-loopback',
    router: 'no-hairpin',
    says: /does not support hairpin/,
    remedy: /NAT loopback/,
  },
  {
    title: 'silent connections are cut',
    code: 'idle-timeouts',
    // Without a reload, the file with its former time is as it was.
    on: `cp -p ${haproxy} /tmp/idle && sed -i 's/timeout tunnel .*/timeout tunnel 50s/' ${haproxy}`,
    off: `cp -p /tmp/idle ${haproxy}`,
    remedy: /apply/,
  },
];

const forward = async () => {
  const {exitCode, all} = await apply('--set', 'router.forward=true');
  if (exitCode !== 0) throw new Error(all);
  await lab('igd-restart');
};
const giveBack = () => ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain']);
/** NAT-PMP: maps 80/tcp to the device that asks, for an hour. */
const takePort = String.raw`printf '\0\2\0\0\0\120\0\120\0\0\16\20' | socat -t 1 - UDP4:192.168.77.1:5351 | od -An -tu1`;

/** What happens to forwards that the router was asked for. */
export const forwardsLost: readonly Exhibit[] = [
  {
    title: 'the router lost its forwards',
    isSlow: true,
    code: 'port-mapping',
    router: 'igd',
    on: forward,
    off: giveBack,
    says: /no longer forwards 80\/tcp, 443\/tcp/,
    remedy: /router renew/,
  },
  {
    title: 'another device took a port of the router',
    isSlow: true,
    code: 'port-mapping',
    router: 'igd',
    async on() {
      await forward();
      const {exitCode, all} = await ask('lan', ['sh', '-c', takePort]);
      if (exitCode !== 0) throw new Error(all);
    },
    off: giveBack,
    says: /no longer forwards 80\/tcp/,
    remedy: /Another device has taken the port/,
  },
];
