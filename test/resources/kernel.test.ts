import {expect, test} from 'vitest';
import type {Command} from '../../src/model/host.ts';
import type {Outlook} from '../../src/model/resource.ts';
import {firewallPort} from '../../src/resources/firewall-port.ts';
import {nftTable, parseTable} from '../../src/resources/nft-table.ts';
import {parseRules, policyRouting} from '../../src/resources/policy-routing.ts';
import {sysctl} from '../../src/resources/sysctl.ts';
import {systemUser} from '../../src/resources/user.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, mend} from './work.ts';

const shown = 'from 127.0.0.0/8 iif lo ipproto tcp sport 4443 lookup 123 proto kernel';
const words = 'protocol kernel from 127.0.0.0/8 iif lo ipproto tcp sport 4443 lookup 123';
const wayBack = policyRouting({
  family: 4,
  preference: 12_300,
  table: 123,
  rule: words.split(' '),
  shown,
  route: ['local', '0.0.0.0/0', 'dev', 'lo'],
  unit: 'go-mmproxy-ssl.service',
  title: 'Way back',
  place: 'mmproxy',
});

/** A kernel with these rules at our preference, beside its own, and with or without our route. */
function createKernel(ours: readonly string[], hasRoute: boolean): MemoryHost {
  const rules = [...ours];
  let route = hasRoute;
  return createMemoryHost({
    commands: {
      'ip -4 -details rule show': () =>
        [
          '0:\tfrom all lookup local',
          ...rules.map(rule => `12300:\t${rule} `),
          '32766:\tfrom all lookup main',
          '',
        ].join('\n'),
      'ip -4 rule del': () => {
        rules.shift();
        return '';
      },
      'ip -4 rule add': () => {
        rules.push(shown);
        return '';
      },
      'ip -4 route show': () => (route ? 'local default dev lo scope host \n' : ''),
      'ip -4 route replace': () => {
        route = true;
        return '';
      },
    },
  });
}

const ip = {
  del: 'run ip -4 rule del pref 12300',
  add: `run ip -4 rule add pref 12300 ${words}`,
  route: 'run ip -4 route replace local 0.0.0.0/0 dev lo table 123',
};

const guard = nftTable({
  table: 'inet jitsi-onebox',
  file: '/etc/jitsi-onebox/guard.nft',
  rules: 3,
  comment: 'made from the text 0123456789abcdef of its file',
  title: 'Guard',
  place: 'mmproxy',
  needs: [],
});

// As nft 1.0.6 and 1.1.3 print it.
const listing = `table inet jitsi-onebox {
	comment "made from the text 0123456789abcdef of its file"
	chain output {
		type filter hook output priority filter; policy accept;
		oifname "lo" tcp dport 4444 meta skuid != { 0, 109 } reject with tcp reset
	}

	chain forward {
		type filter hook forward priority filter; policy accept;
		ip daddr 172.28.0.0/24 ip saddr != 172.28.0.0/24 ct state new ct status dnat accept
		ip daddr 172.28.0.0/24 ip saddr != 172.28.0.0/24 ct state new drop
	}
}
`;

function createNft(before: string | undefined): MemoryHost {
  let loaded = before;
  return createMemoryHost({
    commands: {
      'nft list table inet jitsi-onebox': () => loaded ?? {exitCode: 1, stderr: 'No such file or directory\n'},
      'nft --file': () => {
        loaded = listing;
        return '';
      },
    },
  });
}

const load = ['run nft --file /etc/jitsi-onebox/guard.nft'];
const buffers = sysctl({values: {'net.core.rmem_max': '10485760', 'net.core.netdev_max_backlog': '100000'}, needs: []});

function createProc(files: Readonly<Record<string, {content: string; mode: number}>>): MemoryHost {
  return createMemoryHost({
    files: Object.fromEntries(Object.entries(files).map(([key, seed]) => [`/proc/sys/net/core/${key}`, seed])),
    commands: {
      'sysctl -q -w': async ({argv}: Command, {tree}) => {
        const [key = '', value = ''] = argv.at(-1)?.split('=') ?? [];
        const path = `/proc/sys/${key.replaceAll('.', '/')}`;
        const entry = tree.get(path);
        if (entry) tree.set(path, {...entry, content: `${value}\n`});
        return '';
      },
    },
  });
}

const small = {content: '212992\n', mode: 0o644};

/** A machine where asking says yes once the door was opened. */
function createDoor(ask: string, open: string, [no, yes]: readonly [object, object | string]): MemoryHost {
  let isOpen = false;
  return createMemoryHost({
    commands: {
      [ask]: () => (isOpen ? yes : no),
      [open]: () => {
        isOpen = true;
        return '';
      },
    },
  });
}

testContract([
  {
    name: 'a way back that nobody has set',
    resource: wayBack,
    machine: () => createKernel([], false),
    differs: ['create', 'create'],
    does: [ip.add, ip.route],
  },
  {
    name: 'a way back that stands there twice',
    resource: wayBack,
    machine: () => createKernel([shown, shown], true),
    differs: ['create'],
    does: [ip.del, ip.del, ip.add, ip.route],
  },
  {
    name: 'a way back without its route',
    resource: wayBack,
    machine: () => createKernel([shown], false),
    differs: ['create'],
    does: [ip.del, ip.add, ip.route],
  },
  {
    name: 'a way back that systemd-networkd will delete',
    resource: wayBack,
    machine: () => createKernel([shown.replace('proto kernel', 'proto unspec')], true),
    differs: ['create'],
    does: [ip.del, ip.add, ip.route],
  },
  {
    name: 'a way back from another port of nginx',
    resource: wayBack,
    machine: () => createKernel([shown.replace('4443', '4500')], true),
    differs: ['create'],
    does: [ip.del, ip.add, ip.route],
  },
  {
    name: 'a table that is not loaded',
    resource: guard,
    machine: () => createNft(undefined),
    differs: ['create'],
    does: load,
  },
  {
    name: 'a table of an older text',
    resource: guard,
    machine: () => createNft(listing.replace('0123', 'ffff')),
    differs: ['update'],
    does: load,
  },
  {
    name: 'a table from which a rule was taken',
    resource: guard,
    machine: () => createNft(listing.replace(/\n.*drop\n/, '\n')),
    differs: ['update'],
    does: load,
  },
  {
    name: 'kernel parameters of which one is too small',
    resource: buffers,
    machine: () => createProc({rmem_max: small, netdev_max_backlog: {content: '100000\n', mode: 0o644}}),
    differs: ['update'],
    does: ['run sysctl -q -w net.core.rmem_max=10485760'],
  },
  {
    name: 'a missing user',
    resource: systemUser({name: 'mmproxy', title: 'User', place: 'mmproxy'}),
    machine: () => createDoor('getent passwd mmproxy', 'useradd', [{exitCode: 2}, 'mmproxy:x:999:\n']),
    differs: ['create'],
    does: [
      'run useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mmproxy',
    ],
  },
  {
    name: 'a port that ufw keeps closed',
    resource: firewallPort({firewall: 'ufw', port: 443, protocol: 'tcp'}),
    machine: () =>
      createDoor('ufw status', 'ufw allow', [
        {stdout: 'Status: active\n443/udp ALLOW Anywhere\n1443/tcp ALLOW Anywhere\n443/tcp DENY Anywhere\n'},
        'Status: active\n443/tcp                    ALLOW       Anywhere                   # jitsi-onebox\n',
      ]),
    differs: ['create'],
    does: ['run ufw allow 443/tcp comment jitsi-onebox'],
  },
  {
    name: 'a port that firewalld keeps closed',
    resource: firewallPort({firewall: 'firewalld', port: 10_000, protocol: 'udp'}),
    machine: () =>
      createDoor('firewall-cmd', 'firewall-cmd --quiet', [{exitCode: 1, stdout: 'no\n'}, {stdout: 'yes\n'}]),
    differs: ['create'],
    does: [
      'run firewall-cmd --quiet --permanent --add-port=10000/udp',
      'run firewall-cmd --quiet --add-port=10000/udp',
    ],
  },
]);

test("somebody else's rule at our preference stops the plan", async () => {
  await expect(compare(wayBack, createKernel(['from all fwmark 0x1 lookup 100'], false))).rejects.toMatchObject({
    code: 'rule-taken',
    summary: expect.stringContaining('from all fwmark 0x1 lookup 100'),
  });
});

test('where the plan starts the unit, its start sets rule and route', async () => {
  const starting: Outlook = {
    changes: id => (id === 'unit:go-mmproxy-ssl.service' ? [{change: 'start', summary: 'start'}] : []),
  };
  expect(wayBack.diff(await wayBack.read(createKernel([], false)), starting)).toEqual([]);
});

test('what ip rule show prints is read whatever its spaces', () => {
  expect(parseRules('0:\tfrom all lookup local\n12300:  from  ::1 iif lo   lookup 123 \nnonsense\n')).toEqual([
    {preference: 0, rule: 'from all lookup local'},
    {preference: 12_300, rule: 'from ::1 iif lo lookup 123'},
  ]);
});

test('the rules of a table are counted, the policies of its chains are not', () => {
  expect(parseTable(listing)).toEqual({comment: 'made from the text 0123456789abcdef of its file', rules: 3});
  expect(parseTable('table inet jitsi-onebox {\n}\n')).toEqual({comment: undefined, rules: 0});
  expect(parseTable('\t\toifname "lo" tcp sport 4443 notrack\n').rules).toBe(1);
});

test('a port that is open in firewalld only until the next boot is not open', async () => {
  const port = firewallPort({firewall: 'firewalld', port: 443, protocol: 'tcp'});
  const commands = {'firewall-cmd': 'yes\n', 'firewall-cmd --permanent': {exitCode: 1, stdout: 'no\n'}};
  expect(await compare(port, createMemoryHost({commands}))).toHaveLength(1);
});

test('a parameter that the owner made larger stays', async () => {
  const host = createProc({rmem_max: {content: '26214400\n', mode: 0o644}});
  expect(await compare(buffers, host)).toEqual([]);
});

test('a kernel that shows no parameter, or only for reading, is left alone', async () => {
  const host = createProc({rmem_max: {content: '212992\n', mode: 0o444}});
  await mend(buffers, host);
  expect(host.changes).toEqual([]);
});
