import {expect, test} from 'vitest';
import {firewallPort} from '../../src/resources/firewall-port.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, createSwitch} from './work.ts';

testContract([
  {
    name: 'a port that ufw keeps closed',
    resource: firewallPort({firewall: 'ufw', port: 443, protocol: 'tcp'}),
    machine: () =>
      createSwitch('ufw status', 'ufw allow', [
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
      createSwitch('firewall-cmd', 'firewall-cmd --quiet', [{exitCode: 1, stdout: 'no\n'}, {stdout: 'yes\n'}]),
    differs: ['create'],
    does: [
      'run firewall-cmd --quiet --permanent --add-port=10000/udp',
      'run firewall-cmd --quiet --add-port=10000/udp',
    ],
  },
]);

test('a port that firewalld opens only until the next boot counts as closed', async () => {
  const port = firewallPort({firewall: 'firewalld', port: 443, protocol: 'tcp'});
  const commands = {'firewall-cmd': 'yes\n', 'firewall-cmd --permanent': {exitCode: 1, stdout: 'no\n'}};
  expect(await compare(port, createMemoryHost({commands}))).toHaveLength(1);
});

test.each([
  ['a rule for one network', '443/tcp                    ALLOW       192.168.1.0/24', 1],
  ['a rule of another interface', '443/tcp on wg0             ALLOW       Anywhere', 1],
  ['a rule of this interface', '443/tcp on eth0            ALLOW       Anywhere', 0],
  ['IPv6 only', '443/tcp (v6)               ALLOW       Anywhere (v6)', 1],
  ['a profile that denies before it', 'Nginx Full  DENY  Anywhere\n443/tcp  ALLOW  Anywhere', 1],
  ['an address that is denied with all of its ports', '192.168.1.20  DENY  Anywhere\n443/tcp  ALLOW  Anywhere', 1],
  ['a protocol that is rejected', 'Anywhere/tcp  REJECT  Anywhere\n443/tcp  ALLOW  Anywhere', 1],
  ['a profile, whose ports the list does not say', 'Nginx Full  ALLOW  Anywhere', 1],
  ['a limit', '443/tcp  LIMIT  Anywhere', 1],
  ['a list of ports', '80,443/tcp  ALLOW  Anywhere', 0],
  ['a range of ports', '400:500/tcp  ALLOW  Anywhere', 0],
  ['what goes out', '443/tcp                    ALLOW OUT   Anywhere', 1],
  [
    'a rule that denies before it',
    '443                        DENY        Anywhere\n443/tcp                    ALLOW       Anywhere',
    1,
  ],
  [
    'a rule that denies after it',
    '443/tcp                    ALLOW       Anywhere\n443                        DENY        Anywhere',
    0,
  ],
  [
    'one address that is denied',
    '443/tcp                    DENY        203.0.113.9\n443/tcp                    ALLOW       Anywhere',
    0,
  ],
  ['a rule that logs and denies before it', '443/tcp  DENY  Anywhere (log)\n443/tcp  ALLOW  Anywhere', 1],
  ['a rule that logs', '443/tcp                    ALLOW       Anywhere (log-all)', 0],
  ['a limit', '443/tcp                    LIMIT       Anywhere', 1],
  ['a list of ports', '80,443/tcp                 ALLOW       Anywhere', 0],
  ['a range without a protocol', '400:500                    ALLOW       Anywhere                   # own', 0],
  ['everything', 'Anywhere                   ALLOW       Anywhere', 0],
  ['everything from one network', 'Anywhere                   ALLOW       10.0.0.0/8', 1],
])('ufw: %s', async (_what, rules, count) => {
  const port = firewallPort({firewall: 'ufw', port: 443, protocol: 'tcp', uplink: 'eth0'});
  expect(
    await compare(port, createMemoryHost({commands: {'ufw status': `Status: active\n\n${rules}\n`}})),
  ).toHaveLength(count);
});

testContract([
  {
    name: 'a port that a rule of ufw denies: ours goes right before it',
    resource: firewallPort({firewall: 'ufw', port: 443, protocol: 'tcp', uplink: 'eth0'}),
    machine: () =>
      createSwitch('ufw status', 'ufw insert', [
        {
          stdout:
            '[ 1] Anywhere                   DENY IN     203.0.113.0/24\n[ 2] 443/tcp                    DENY IN     Anywhere\n',
        },
        '443/tcp                    ALLOW       Anywhere\n',
      ]),
    differs: ['create'],
    does: ['run ufw insert 2 allow 443/tcp comment jitsi-onebox'],
  },
]);

test.each([
  ['the zone of the interface', 'public (default)\nwork\n  interfaces: wg0 eth0\n', ['--zone=work']],
  ['the default zone', 'public (default)\nwork\n  interfaces: wg0\n', []],
  ['a zone for one network', 'home\n  sources: 192.168.1.0/24\n', []],
  ['a zone for all sources', 'drop\n  sources: 0.0.0.0/0\nwork\n  interfaces: eth0\n', ['--zone=drop']],
])('firewalld: %s counts', async (_what, zones, option) => {
  const port = firewallPort({firewall: 'firewalld', port: 443, protocol: 'tcp', uplink: 'eth0'});
  const host = createMemoryHost({commands: {'firewall-cmd': {exitCode: 1}, 'firewall-cmd --get-active-zones': zones}});
  await port.read(host);
  expect(host.asked).toContain(['firewall-cmd', ...option, '--query-port=443/tcp'].join(' '));
});
