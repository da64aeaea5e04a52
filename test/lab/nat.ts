import {ask, run} from './command.ts';
import {callGuest} from './guest.ts';
import {runtime, settings} from './places.ts';
import {start} from './server.ts';
import type {Lab} from './state.ts';

/** A kind of router between the guest and the internet: the commands that make it of the usual one, and back. */
type Kind = {
  readonly title: string;
  readonly on?: string;
  readonly off?: string;
  /** In the guest. */
  readonly guestOn?: string;
  readonly guestOff?: string;
};

const router = 'ip netns exec onebox-router';
const table = (rules: string) => `${router} nft -f - <<'END'\ntable ip kind {\n${rules}\n}\nEND`;
const noTable = `${router} nft delete table ip kind`;

const innerForwards = (network: string) => `chain forwards {
  type nat hook prerouting priority dstnat - 1
  iifname "wan0" ip daddr ${network}.2 tcp dport { 80, 443 } dnat to 192.168.77.10
  iifname "wan0" ip daddr ${network}.2 udp dport { 3478, 10000 } dnat to 192.168.77.10
}`;

/** Puts another router in front: it gets the public address, ours one of the network between them. */
const outer = (network: string, forwards: boolean) => `
ip netns add onebox-outer
ip -n onebox-switch link add middle type bridge
ip -n onebox-switch link set middle up
ip -n onebox-switch link set router-wan master middle
ip -n onebox-switch link add outer-wan type veth peer name wan1 netns onebox-outer
ip -n onebox-switch link add outer-lan type veth peer name lan1 netns onebox-outer
ip -n onebox-switch link set outer-wan master public up
ip -n onebox-switch link set outer-lan master middle up
ip -n onebox-router address flush dev wan0
ip -n onebox-router address add ${network}.2/24 dev wan0
ip -n onebox-router route replace default via ${network}.1
for link in lo wan1 lan1; do ip -n onebox-outer link set $link up; done
ip -n onebox-outer address add 198.51.100.10/24 dev wan1
ip -n onebox-outer address add ${network}.1/24 dev lan1
ip -n onebox-outer route add default via 198.51.100.254
ip netns exec onebox-outer sysctl -q -w net.ipv4.ip_forward=1
ip netns exec onebox-outer nft -f - <<'END'
table ip outer {
  chain prerouting {
    type nat hook prerouting priority dstnat;
    ${forwards ? `ip daddr 198.51.100.10 dnat to ${network}.2` : ''}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "wan1" masquerade
    oifname "lan1" ip saddr ${network}.0/24 ct status dnat masquerade
  }
  chain forward {
    type filter hook forward priority filter;
    iifname "wan1" ct state new ct status & dnat == 0 drop
  }
  chain input {
    type filter hook input priority filter;
    iifname "wan1" ct state new drop
  }
}
END
${table(forwards ? innerForwards(network) : '')}
${router} nft flush chain ip router hairpin`;

const noOuter = `
ip netns delete onebox-outer
ip -n onebox-switch link set router-wan master public
for link in outer-wan outer-lan middle; do ip -n onebox-switch link delete $link; done
ip -n onebox-router address flush dev wan0
ip -n onebox-router address add 198.51.100.10/24 dev wan0
ip -n onebox-router route replace default via 198.51.100.254
${noTable}
${router} nft add rule ip router hairpin ip daddr 198.51.100.10 jump forwards`;

const masquerade =
  'chain out {\ntype nat hook postrouting priority srcnat - 1\noifname "wan0" meta l4proto udp masquerade fully-random\n}';

/** The kinds, by their names. The usual router restricts by port, forwards four ports, and has hairpin NAT. */
const kinds: Readonly<Record<string, Kind>> = {
  'port-restricted': {title: 'one port for all destinations; lets in answers only (the usual one)'},
  'full-cone': {
    title: 'one port for all destinations; lets in everybody',
    on: table(
      'chain cone {\ntype nat hook prerouting priority dstnat + 1\niifname "wan0" udp dport 1024-65535 dnat to 192.168.77.10\n}',
    ),
    off: noTable,
  },
  symmetric: {title: 'another port for each destination', on: table(masquerade), off: noTable},
  'symmetric-closed': {
    title: 'another port for each destination, and no forward for audio and video',
    on: `${table(masquerade)}\n${router} nft flush chain ip router forwards\n${router} nft add rule ip router forwards tcp dport '{ 80, 443 }' dnat to 192.168.77.10`,
    off: `${noTable}\n${router} nft flush chain ip router forwards\n${router} nft add rule ip router forwards tcp dport '{ 80, 443 }' dnat to 192.168.77.10\n${router} nft add rule ip router forwards udp dport '{ 3478, 10000 }' dnat to 192.168.77.10`,
  },
  'no-hairpin': {
    title: 'sends nothing back in that was sent to its own address',
    on: `${router} nft flush chain ip router hairpin`,
    off: `${router} nft add rule ip router hairpin ip daddr 198.51.100.10 jump forwards`,
  },
  double: {title: 'another router in front, which forwards everything', on: outer('192.168.8', true), off: noOuter},
  'double-closed': {
    title: 'another router in front, which forwards nothing',
    on: outer('192.168.8', false),
    off: noOuter,
  },
  carrier: {title: 'a router of the provider in front (CGNAT)', on: outer('100.64.8', false), off: noOuter},
  none: {
    title: 'no NAT: the guest has the public address',
    on: `${router} nft flush ruleset
ip -n onebox-router address delete 198.51.100.10/24 dev wan0
ip -n onebox-router route add 198.51.100.0/24 dev wan0
ip -n onebox-router route add 198.51.100.10 dev lan0
ip -n onebox-router route add default via 198.51.100.254 dev wan0
${router} sysctl -q -w net.ipv4.conf.wan0.proxy_arp=1`,
    off: `${router} sysctl -q -w net.ipv4.conf.wan0.proxy_arp=0
ip -n onebox-router route delete 198.51.100.10 dev lan0
ip -n onebox-router route delete 198.51.100.0/24 dev wan0
ip -n onebox-router address add 198.51.100.10/24 dev wan0
ip -n onebox-router route replace default via 198.51.100.254 dev wan0
${router} nft -f ${settings}/router.nft`,
    guestOn: 'ip address add 198.51.100.10/32 dev h0; ip route replace default via 192.168.77.1 src 198.51.100.10',
    guestOff: 'ip route replace default via 192.168.77.1; ip address delete 198.51.100.10/32 dev h0',
  },
  igd: {
    title: 'forwards nothing of itself, and takes requests (miniupnpd: PCP, NAT-PMP, UPnP)',
    on: `${router} nft flush chain ip router forwards\n${router} nft -f ${settings}/miniupnpd.nft`,
    off: `${router} nft delete table inet miniupnpd
${router} nft add rule ip router forwards tcp dport '{ 80, 443 }' dnat to 192.168.77.10
${router} nft add rule ip router forwards udp dport '{ 3478, 10000 }' dnat to 192.168.77.10`,
  },
};

const usual = 'port-restricted';
const igd = {
  name: 'miniupnpd',
  namespace: 'router',
  argv: ['miniupnpd', '-d', '-f', `${settings}/miniupnpd.conf`, '-P', `${runtime}/miniupnpd.pid`],
  listens: {protocol: 'udp', address: '192.168.77.1', port: 5351},
} as const;

/** Prints the kinds, and which one the router is of. */
export async function listKinds(): Promise<void> {
  const now = await readKind();
  for (const [name, {title}] of Object.entries(kinds))
    console.log(`${name === now ? '▸' : ' '} ${name.padEnd(18)} ${title}`);
}

/** Makes the router one of a kind. */
export async function setKind(lab: Lab, [name = '']: readonly string[]): Promise<void> {
  const wanted = kinds[name];
  if (!wanted) throw new Error(`scripts/lab nat KIND; KIND is one of ${Object.keys(kinds).join(', ')}.`);
  const now = await readKind();
  if (now === name) return;
  await leave(lab, now);
  if (wanted.on) await run(['sh', '-euc', wanted.on]);
  if (wanted.guestOn) await callGuest(lab.guest)(['sh', '-c', wanted.guestOn]);
  if (name === 'igd') await start(igd);
  await forgetConnections();
  await remember(name);
}

/**
 * Lets the router forget its connections, as a restart does: those of another kind would still get through. Its neighbours on the
 * internet forget which card has which address.
 */
async function forgetConnections(): Promise<void> {
  // A message of conntrack's netlink, by which it deletes everything.
  const message = 'pack("LSSLLCCn", 20, 0x102, 5, 1, 0, 0, 0, 0), 0, pack("SSLL", 16, 0, 0, 0)';
  const line = `socket(my $kernel, 16, 3, 12) or die; send($kernel, ${message}) or die; sysread($kernel, my $answer, 64); exit(unpack("l", substr($answer, 16, 4)) != 0)`;
  await run(['ip', 'netns', 'exec', 'onebox-router', 'perl', '-e', line]);
  await run(['ip', '-n', 'onebox-internet', 'neighbour', 'flush', 'all']);
}

async function leave(lab: Lab, name: string): Promise<void> {
  const {off, guestOff} = kinds[name] ?? {};
  if (name === 'igd') await endIgd();
  if (off) await run(['sh', '-uc', off]);
  if (guestOff) await callGuest(lab.guest)(['sh', '-c', guestOff]);
  await forgetConnections();
  await remember(usual);
}

/** Ends miniupnpd, which forgets its forwards, and starts it again: as after a power failure of the router. */
export async function restartIgd(): Promise<void> {
  await endIgd();
  await run(['sh', '-euc', `${router} nft delete table inet miniupnpd; ${router} nft -f ${settings}/miniupnpd.nft`]);
  await start(igd);
}

async function endIgd(): Promise<void> {
  const find = 'for pid in $(ip netns pids onebox-router); do grep -qs miniupnpd /proc/$pid/comm && echo $pid; done';
  // It gives its forwards back at its end, which takes a while on a busy machine.
  const line = `kill $(${find}); for _ in $(seq 50); do [ -n "$(${find})" ] || break; sleep 0.1; done; sleep 0.3`;
  await ask(['sh', '-c', line]);
}

const kindFile = `${runtime}/nat-kind`;

async function readKind(): Promise<string> {
  return (await ask(['cat', kindFile]))?.trim() || usual;
}

async function remember(name: string): Promise<void> {
  await run(['tee', kindFile], {input: name});
}
