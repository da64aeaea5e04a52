import {ask, run} from './command.ts';
import type {Fault} from './faults.ts';
import {isListening, within} from './network.ts';
import {type Namespace, settings} from './places.ts';
import {launch, type Server, start} from './server.ts';

const router = 'ip netns exec onebox-router';
const host = 'ip netns exec onebox-host';
const internet = 'ip netns exec onebox-internet';

/** A server that answers with an IPv6 address, too; also for a STUN server, which is not there. */
const dualDns: Server = {
  name: 'dual-dns',
  namespace: 'internet',
  argv: [
    'dnsmasq',
    `--conf-file=${settings}/dnsmasq.conf`,
    '--port=5353',
    '--host-record=meet.example.test,2a02:db8:77::10',
    '--host-record=stun.cloudflare.com,2a02:db8:77::4',
  ],
  listens: {protocol: 'udp', address: '198.51.100.53', port: 5353},
};

/** What can be wrong between the guest and the internet. */
export const networkFaults: readonly Fault[] = [
  ...(
    [
      ['tcp', 80],
      ['tcp', 443],
      ['udp', 3478],
      ['udp', 10_000],
    ] as const
  ).map(([protocol, port]) =>
    inTable(`closed-${port}`, `the router does not forward ${port}/${protocol}`, 'router', {
      // To the router itself, where nothing listens.
      rules: `type nat hook prerouting priority dstnat - 5\nip daddr 198.51.100.10 ${protocol} dport ${port} redirect`,
    }),
  ),
  inTable('media-elsewhere', 'the router forwards 10000/udp to another port', 'router', {
    rules:
      'type nat hook prerouting priority dstnat - 5\nip daddr 198.51.100.10 udp dport 10000 dnat to 192.168.77.10:10001',
  }),
  byCommands('address-changed', 'the router has another public address than before', {
    on: `ip -n onebox-router address delete 198.51.100.10/24 dev wan0
ip -n onebox-router address add 198.51.100.11/24 dev wan0
ip -n onebox-router route replace default via 198.51.100.254
${router} nft 'add table ip address-changed; add chain ip address-changed in { type nat hook prerouting priority dstnat - 1; }; add rule ip address-changed in ip daddr 198.51.100.11 tcp dport { 80, 443 } dnat to 192.168.77.10; add rule ip address-changed in ip daddr 198.51.100.11 udp dport { 3478, 10000 } dnat to 192.168.77.10'`,
    off: `ip -n onebox-router address delete 198.51.100.11/24 dev wan0
ip -n onebox-router address add 198.51.100.10/24 dev wan0
ip -n onebox-router route replace default via 198.51.100.254
${router} nft delete table ip address-changed`,
    isOn: `${router} nft list table ip address-changed`,
  }),
  byCommands('mtu-black-hole', 'packets of more than 1400 bytes are lost without a word', {
    on: `ip -n onebox-router link set wan0 mtu 1400
${router} nft 'add table ip mtu; add chain ip mtu out { type filter hook output priority 0; }; add rule ip mtu out icmp type destination-unreachable drop'`,
    off: `ip -n onebox-router link set wan0 mtu 1500; ${router} nft delete table ip mtu`,
    isOn: `${router} nft list table ip mtu`,
  }),
  byCommands('vpn', 'everything leaves the guest through a VPN', {
    on: '',
    off: `for pid in $(ip netns pids onebox-host) $(ip netns pids onebox-internet); do grep -qa TUN: /proc/$pid/cmdline && kill $pid; done
sleep 0.3
ip -n onebox-host route delete 198.51.100.8 via 192.168.77.1
${internet} nft delete table ip vpn`,
    isOn: `${internet} nft list table ip vpn`,
    async begin() {
      launch({
        name: 'vpn-server',
        argv: within('internet', ['socat', 'UDP4-LISTEN:1194,bind=198.51.100.8', 'TUN:10.8.0.1/24,up']),
      });
      launch({
        name: 'vpn-client',
        argv: within('host', ['socat', 'TUN:10.8.0.2/24,up,tun-name=vpn0', 'UDP4:198.51.100.8:1194']),
      });
      await run([
        'sh',
        '-euc',
        `for try in 1 2 3 4 5 6 7 8 9; do ip -n onebox-host link show vpn0 >/dev/null 2>&1 && break; sleep 0.3; done
ip -n onebox-host route add 198.51.100.8 via 192.168.77.1
ip -n onebox-host route add 0.0.0.0/1 dev vpn0
ip -n onebox-host route add 128.0.0.0/1 dev vpn0
${host} ping -c 1 -W 2 10.8.0.1 >/dev/null || true
${internet} nft 'add table ip vpn; add chain ip vpn out { type nat hook postrouting priority srcnat; }; add rule ip vpn out ip saddr 10.8.0.0/24 snat to 198.51.100.8'`,
      ]);
    },
  }),
  inTable('aaaa-unreachable', 'the DNS names an IPv6 address of the guest, and IPv6 leads nowhere', 'internet', {
    rules:
      'type nat hook prerouting priority dstnat\nip daddr 198.51.100.53 meta l4proto { tcp, udp } th dport 53 dnat to 198.51.100.53:5353',
    async prepare() {
      if (!(await isListening(dualDns.namespace, dualDns.listens))) await start(dualDns);
      await ask(['ip', '-n', 'onebox-host', 'address', 'add', '2a02:db8:77::10/64', 'dev', 'h0', 'nodad']);
    },
    async restore() {
      await ask(['ip', '-n', 'onebox-host', 'address', 'delete', '2a02:db8:77::10/64', 'dev', 'h0']);
    },
  }),
];

type Table = {readonly rules: string; readonly prepare?: () => Promise<void>; readonly restore?: () => Promise<void>};

/** A fault that is a table of rules with a name of its own. */
function inTable(name: string, title: string, namespace: Namespace, {rules, prepare, restore}: Table): Fault {
  const nft = (...argv: readonly string[]) => within(namespace, ['nft', ...argv]);
  const table = ['ip', `fault-${name}`];
  return {
    name,
    title,
    async on() {
      await prepare?.();
      await run(nft('-f', '-'), {input: `table ${table.join(' ')} {\nchain fault {\n${rules}\n}\n}\n`});
    },
    async off() {
      await run(nft('delete', 'table', ...table));
      await restore?.();
    },
    isOn: async () => (await ask(nft('list', 'table', ...table))) !== undefined,
  };
}

type Commands = Readonly<Record<'on' | 'off' | 'isOn', string>> & {readonly begin?: () => Promise<void>};

/** A fault that is made by commands of the lab's machine. */
function byCommands(name: string, title: string, {on, off, isOn, begin}: Commands): Fault {
  return {
    name,
    title,
    async on() {
      await (begin ? begin() : run(['sh', '-euc', on]));
    },
    off: async () => void (await run(['sh', '-uc', off])),
    isOn: async () => (await ask(['sh', '-c', isOn])) !== undefined,
  };
}
