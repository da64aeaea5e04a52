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
