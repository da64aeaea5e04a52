import {describe, expect, test, vi} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import {dockerRules, parseRemovals} from '../../src/resources/docker-rules.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare} from './work.ts';

vi.mock('node:timers/promises', () => ({setTimeout: async () => {}}));

const rules = dockerRules({
  project: {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker', 'compose']},
  publications: [
    {service: 'videobridge', protocol: 'udp', port: 10_000, target: '172.28.0.5:10000'},
    {service: 'web', protocol: 'tcp', port: 8289, target: '172.28.0.2:8000'},
  ],
  needs: [],
});

const whole = `-P PREROUTING ACCEPT
-A DOCKER ! -i br-0a1b -p udp -m udp --dport 10000 -j DNAT --to-destination 172.28.0.5:10000
-A DOCKER -d 127.0.0.1/32 ! -i br-0a1b -p tcp -m tcp --dport 8289 -j DNAT --to-destination 172.28.0.2:8000
`;

const container = (service: string, health: ContainerState['health'] = 'healthy'): ContainerState => ({
  id: service,
  service,
  labels: {'org.jitsi-onebox.digest': 'x'},
  running: true,
  health,
  started: 1,
  restarts: 0,
  healthOutput: '',
});

/** Makes an Engine that writes its rules when it is restarted. */
function createEngine(text: string, containers = [container('videobridge'), container('web')], after = whole) {
  let listed = text;
  return createMemoryHost({
    containers: {jitsi: containers},
    commands: {
      'iptables --wait --table nat --list-rules': () => listed,
      'systemctl reset-failed docker.service': '',
      'systemctl restart docker.service': () => {
        listed = after;
        return '';
      },
    },
  });
}

testContract([
  {
    name: 'rules that a firewall has flushed',
    resource: rules,
    machine: () => createEngine('-P PREROUTING ACCEPT\n'),
    differs: ['restart'],
    does: ['run systemctl reset-failed docker.service', 'run systemctl restart docker.service'],
  },
  {
    name: 'a port still forwarded to a removed container',
    resource: rules,
    machine: () => createEngine(whole, [container('videobridge')], whole.replace(/.*8289.*\n/, '')),
    differs: ['restart'],
    does: ['run systemctl reset-failed docker.service', 'run systemctl restart docker.service'],
  },
  {
    name: 'a forwarded port that keeps its container from starting',
    resource: rules,
    machine: () =>
      createEngine(
        whole,
        [container('videobridge'), {...container('web'), running: false}],
        whole.replace(/.*8289.*\n/, ''),
      ),
    differs: ['restart'],
    does: ['run systemctl reset-failed docker.service', 'run systemctl restart docker.service'],
  },
  {
    name: 'a rule with the previous address of the container',
    resource: rules,
    machine: () => createEngine(whole.replace('172.28.0.5:', '172.28.0.9:')),
    differs: ['restart'],
    does: ['run systemctl reset-failed docker.service', 'run systemctl restart docker.service'],
  },
]);

test.each([
  ['all rules', createEngine(whole)],
  [
    'a container that does not run and has no rules',
    createEngine(whole.replace(/.*10000.*\n/, ''), [container('web')]),
  ],
  ['no Engine', createEngine('', [])],
  ['foreign containers', createEngine('', [{...container('web'), labels: {}}])],
  [
    'an Engine with tables of its own',
    createMemoryHost({
      containers: {jitsi: [container('web')]},
      commands: {'iptables --wait': '', 'nft list table ip docker-bridges': 'table ip docker-bridges {}'},
    }),
  ],
])('%s: nothing differs', async (_name, host) => {
  expect(await compare(rules, host)).toEqual([]);
});

test('a container that is still starting is awaited', async () => {
  const containers = [container('videobridge'), {...container('web'), running: false}];
  const host = createEngine(whole, containers);
  let looks = 0;
  host.commands['iptables --wait'] = () => {
    if (++looks === 1) containers[1] = container('web');
    return whole;
  };
  host.commands['iptables --wait --table nat --list-rules'] = host.commands['iptables --wait'];
  // The Engine is asked for the containers before the rules: by the second round the container runs.
  expect(await compare(rules, host)).toEqual([]);
});

test('the summary names the ports', async () => {
  expect(await compare(rules, createEngine(''))).toMatchObject([
    {summary: expect.stringContaining('10000/udp, 8289/tcp')},
  ]);
});

describe('the removal of Docker’s rules', () => {
  const own = '-A FORWARD -i tun0 -j ACCEPT\n';
  const docker = [
    '-P FORWARD DROP',
    '-N DOCKER',
    '-N DOCKER-USER',
    '-A FORWARD -j DOCKER-USER',
    '-A FORWARD -o docker0 -j DOCKER',
    '-A DOCKER-USER -j RETURN\n',
  ].join('\n');
  const removals = (listing: string) => parseRemovals(listing).map(words => words.join(' '));

  test('includes its chains, and opens forwarding again', () => {
    expect(removals(docker)).toEqual([
      '--policy FORWARD ACCEPT',
      '--delete FORWARD -j DOCKER-USER',
      '--delete FORWARD -o docker0 -j DOCKER',
      '--flush DOCKER',
      '--flush DOCKER-USER',
      '--delete-chain DOCKER',
      '--delete-chain DOCKER-USER',
    ]);
  });

  test('leaves foreign rules alone', () => {
    expect(removals(docker + own).join('\n')).not.toMatch(/tun0|policy/);
    expect(removals(`-P FORWARD DROP\n${own}`)).toEqual([]);
  });
});
