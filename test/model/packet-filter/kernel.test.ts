import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {delimiter} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {readPacketFilter} from '../../../src/model/packet-filter/read.ts';
import {simulate} from '../../../src/model/packet-filter/simulate.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {findMissing} from '../../stack/parsers.ts';

const env = {PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`};
const missing = findMissing('nft', 'iptables-nft', 'iptables-legacy', 'unshare', 'nsenter', 'ip');
const refusal = missing
  ? undefined
  : await execa('unshare', ['--net', 'sh', '-c', 'nft list tables && iptables-legacy -S'], {env, reject: false});
const obstacle = missing ?? (refusal?.failed ? 'needs root and a kernel with nftables and iptables' : undefined);
if (obstacle) console.warn(`Skipped: rules that a kernel has loaded: ${obstacle}`);

/** A chain for incoming packets, with what its table has besides. */
const input = (rules: string, {policy = 'accept', more = ''} = {}) =>
  `table inet f {\n${more}\nchain in {\ntype filter hook input priority 0; policy ${policy};\n${rules}\n}\n}\n`;
const drop = {policy: 'drop'};
const before = (hook: string, rule: string) =>
  `table inet p {\nchain p {\ntype filter hook ${hook}; policy accept;\n${rule}\n}\n}\n`;

type Result = 'open' | 'blocked' | 'unclear' | 'partly';
type Case = readonly [what: string, rules: string, tcp: Result, udp: Result];

/** What becomes of a participant's packets to port 443. Packets were sent through each ruleset: this is what the kernel did. */
const ofNft: readonly Case[] = [
  ['two fields at once', input('ip saddr . tcp dport { 0.0.0.0/0 . 443 } accept', drop), 'open', 'blocked'],
  ['protocol and port', input('meta l4proto . th dport { tcp . 22, udp . 443 } accept', drop), 'blocked', 'open'],
  [
    'two fields in a named set',
    input('tcp dport . ip saddr @ok accept', {
      ...drop,
      more: 'set ok {\ntype inet_service . ipv4_addr; flags interval; elements = { 443 . 0.0.0.0/0, 22 . 10.0.0.0/8 }\n}',
    }),
    'open',
    'blocked',
  ],
  [
    'verdicts for two fields',
    input('meta l4proto . th dport vmap { tcp . 443 : accept, udp . 443 : drop }', drop),
    'open',
    'blocked',
  ],
  ['a port that is larger', input('th dport > 400 drop'), 'blocked', 'blocked'],
  ['a port that is smaller', input('tcp dport < 443 drop; udp dport <= 443 drop'), 'open', 'blocked'],
  ['ports of clients', input('th sport >= 1024 th dport 443 accept', drop), 'open', 'open'],
  ['none of these bits', input('tcp dport 443 ct status ! dnat drop'), 'blocked', 'open'],
  ['exactly these flags', input('tcp flags == syn|ack drop; tcp flags & (fin|syn) == fin|syn drop'), 'open', 'open'],
  [
    'a mark of an earlier chain',
    before('prerouting priority -150', 'tcp dport 443 meta mark set 0x10') + input('meta mark & 0xf0 == 0x10 drop'),
    'blocked',
    'open',
  ],
  [
    'a mark that is needed',
    before('prerouting priority -150', 'tcp dport 443 meta mark set 1') + input('meta mark 1 accept', drop),
    'open',
    'blocked',
  ],
  [
    'a mark of the connection',
    before('prerouting priority -100', 'udp dport 443 ct mark set 2') + input('ct mark 2 drop'),
    'open',
    'blocked',
  ],
  [
    'another mark than the one that is dropped',
    before('prerouting priority -150', 'meta mark set 4') + input('meta mark 5 drop'),
    'open',
    'open',
  ],
  [
    'no connection tracking',
    before('prerouting priority raw', 'tcp dport 443 notrack') + input('ct state untracked drop'),
    'blocked',
    'open',
  ],
  [
    'no connection tracking, and new connections only',
    before('prerouting priority raw', 'udp dport 443 notrack') + input('ct state new accept', drop),
    'open',
    'blocked',
  ],
  [
    'a table that is switched off',
    'table inet f {\nflags dormant;\nchain in {\ntype filter hook input priority 0; policy drop;\n}\n}\n',
    'open',
    'open',
  ],
  [
    'a named quota that is not used up',
    input('tcp dport 443 quota name q drop', {more: 'quota q {\nover 100 mbytes\n}'}),
    'open',
    'open',
  ],
  [
    'a number of connections for each source',
    input('tcp dport 443 ct state new add @s { ip saddr ct count over 9 } drop', {
      more: 'set s {\ntype ipv4_addr; size 99; flags dynamic\n}',
    }),
    'open',
    'open',
  ],
  [
    'packets that nobody sends',
    input('ip ttl < 5 drop; ip frag-off & 0x1fff != 0 drop; ip dscp cs1 drop'),
    'open',
    'open',
  ],
  ['segments that are too small', input('tcp option maxseg size 1-500 drop; ct helper "ftp" drop'), 'open', 'open'],
  ['packets of a tunnel', input('meta ipsec exists drop; udp dport 443 meta ipsec missing drop'), 'open', 'blocked'],
  ['ingress', before('ingress device "eth0" priority 0', 'tcp dport 443 drop'), 'blocked', 'open'],
  ['ingress of another interface', before('ingress device "lo" priority 0', 'drop'), 'open', 'open'],
  ['an address of the router that nobody knows', input('ether saddr 00:11:22:33:44:55 drop'), 'unclear', 'unclear'],
  ['some of the world', input('ip saddr { 49.0.0.0/8, 187.32.0.0/16 } drop'), 'partly', 'partly'],
];

const ofIptables: readonly Case[] = [
  ['a list of ports of either end', '-A INPUT -p tcp -m multiport --ports 443,22 -j DROP', 'blocked', 'open'],
  [
    'a mark',
    '-t mangle -A PREROUTING -p tcp --dport 443 -j MARK --set-mark 7\n-A INPUT -m mark --mark 7 -j DROP',
    'blocked',
    'open',
  ],
  [
    'bits of a mark',
    '-t mangle -A PREROUTING -p tcp -j MARK --set-xmark 0x10/0xf0\n-A INPUT -m mark --mark 0x10/0x10 -j DROP',
    'blocked',
    'open',
  ],
  ['another mark', '-t mangle -A PREROUTING -j MARK --set-mark 7\n-A INPUT -m mark ! --mark 7 -j DROP', 'open', 'open'],
  [
    'a mark of the connection',
    '-t mangle -A PREROUTING -p udp -j CONNMARK --set-mark 3\n-A INPUT -m connmark --mark 3 -j DROP',
    'open',
    'blocked',
  ],
  [
    'no connection tracking',
    '-t raw -A PREROUTING -p tcp --dport 443 -j CT --notrack\n-A INPUT -m conntrack --ctstate INVALID,UNTRACKED -j DROP',
    'blocked',
    'open',
  ],
  [
    'packets that nobody sends',
    '-A INPUT -m ttl --ttl-lt 5 -j DROP\n-A INPUT -f -j DROP\n-A INPUT -m dscp --dscp 8 -j DROP',
    'open',
    'open',
  ],
  ['no fragments', '-A INPUT -p tcp ! -f --dport 443 -j DROP', 'blocked', 'open'],
  [
    'packets of a tunnel',
    '-A INPUT -m policy --dir in --pol ipsec -j DROP\n-A INPUT -p udp -m policy --dir in --pol none -j DROP',
    'open',
    'blocked',
  ],
  ['a helper', '-A INPUT -m helper --helper ftp -j ACCEPT\n-A INPUT -p tcp --dport 443 -j DROP', 'blocked', 'open'],
  ['words in a packet', '-A INPUT -p tcp -m string --algo bm --string bad -j DROP', 'open', 'open'],
  ['segments that are too small', '-A INPUT -p tcp --syn -m tcpmss ! --mss 536:65535 -j DROP', 'open', 'open'],
  ['a quota', '-P INPUT DROP\n-A INPUT -p tcp -m quota --quota 100000000 -j ACCEPT', 'open', 'blocked'],
  [
    'a comment that looks like a rule',
    '-A INPUT -p tcp --dport 443 -m comment --comment "deny -j ACCEPT ; x" -j DROP',
    'blocked',
    'open',
  ],
  ['an hour of the day', '-A INPUT -p tcp -m time --timestart 00:00 --timestop 00:01 -j DROP', 'unclear', 'open'],
];

describe.skipIf(obstacle)(`rules that a kernel has loaded ${obstacle ?? ''}`, () => {
  let network: ChildProcess;
  const run = (argv: readonly string[], text = '') =>
    execa('nsenter', [`--net=/proc/${network.pid}/ns/net`, ...argv], {env, reject: false, input: text});
  beforeAll(async () => {
    const line = 'ip link set lo up && ip link add eth0 type veth peer name far && echo up && exec sleep 120';
    network = spawn('unshare', ['--net', 'sh', '-c', line], {env});
    await once(network.stdout ?? network, 'data');
  });
  afterAll(() => network.kill());

  /** Simulates packets of both protocols with the rules that are loaded now. */
  async function simulateBoth(): Promise<readonly string[]> {
    const host = {
      ...createMemoryHost(),
      query: async ({argv}: {readonly argv: readonly string[]}) => {
        const {exitCode = 127, stdout, stderr} = await run(argv);
        return {exitCode, stdout, stderr};
      },
    };
    // In a network of its own, this file lists the tables that were used here.
    host.files.read = async path =>
      path === '/proc/net/ip_tables_names' ? (await run(['cat', path])).stdout : undefined;
    const filter = await readPacketFilter(host);
    const to = {port: 443, interface: 'eth0', address: '192.168.1.20'};
    return (['tcp', 'udp'] as const).map(protocol => simulate(filter, {...to, protocol}).result);
  }

  test.each(ofNft)('nft: %s', async (_what, rules, tcp, udp) => {
    const {stderr} = await run(['nft', '-f', '-'], `flush ruleset\n${rules}`);
    expect(stderr).toBe('');
    expect(await simulateBoth()).toEqual([tcp, udp]);
  });

  for (const program of ['iptables-nft', 'iptables-legacy'])
    test.each(ofIptables)(`${program}: %s`, async (_what, rules, tcp, udp) => {
      const tables = ['filter', 'mangle', 'raw'].map(table => `${program} -t ${table} -F`);
      const lines = rules.split('\n').map(line => `${program} ${line}`);
      const script = ['nft flush ruleset', ...tables, `${program} -P INPUT ACCEPT`, ...lines].join(' && ');
      expect((await run(['sh', '-c', script])).stderr).toBe('');
      const results = await simulateBoth();
      await run(['sh', '-c', [...tables, `${program} -P INPUT ACCEPT`].join(' && ')]);
      expect(results).toEqual([tcp, udp]);
    });
});
