import {expect, test} from 'vitest';
import {type Listener, unknown} from '../../src/model/facts.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {findAdvice, findObstacles} from '../../src/stack/preflight.ts';
import {makeFacts, makeInput} from './input.ts';

type Host = {listeners?: readonly Listener[]; settings?: string};

function look({listeners = [], settings}: Host, more: Partial<ReturnType<typeof makeInput>> = {}) {
  const input = {...makeInput({facts: makeFacts({listeners, nginxListens: []}), ...(settings && {settings})}), ...more};
  return findObstacles({...input, blueprint: drawBlueprint(input).blueprint});
}

const tcp = (port: number, more: Partial<Listener> = {}): Listener => ({
  protocol: 'tcp',
  address: '0.0.0.0',
  port,
  ...more,
});
const udp = (port: number, more: Partial<Listener> = {}): Listener => ({...tcp(port, more), protocol: 'udp'});
const noRelay = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\n';

test('a port in use is reported with its process, unit and package, and how to free it', () => {
  const apache = {process: 'apache2', pid: 812, unit: 'apache2.service', package: 'apache2'};
  expect(look({listeners: [tcp(80, apache)]})).toEqual([
    expect.objectContaining({
      code: 'port-taken',
      summary: 'Port 80/tcp is taken by apache2 (process 812, apache2.service, package apache2).',
      command: 'systemctl disable --now apache2.service',
      remedy: expect.stringContaining('sites: {www.example.org: {to: "127.0.0.1:PORT"}}'),
    }),
  ]);
});

test.each<[string, Listener, string]>([
  ['the relay of another program', udp(3478, {process: 'turnserver', unit: 'coturn.service'}), 'ports.stun'],
  ['its port for TLS', tcp(5349, {process: 'turnserver', unit: 'coturn.service'}), 'ports.turns'],
  ['a web server', tcp(8289, {process: 'caddy', unit: 'caddy.service'}), 'ports.web'],
])('where a setting moves our port, no command stops %s', (_what, listener, key) => {
  const [problem] = look({listeners: [listener]});
  expect(problem?.command).toBeUndefined();
  expect(problem?.remedy).toContain(`Choose another port with the setting ${key}`);
});

test.each([
  ['s7: 4444 by a process that calls itself go-mmproxy', tcp(4444, {process: 'go-mmproxy', pid: 7})],
  ['s7: 4443 by a user who calls a program nginx', tcp(4443, {process: 'nginx', package: 'python3.11-minimal'})],
  ['80 by Apache', tcp(80, {process: 'apache2'})],
  ['443 by Caddy', tcp(443, {process: 'caddy'})],
  ['4443 by a program', tcp(4443, {process: 'node'})],
  ['4444 by a program', tcp(4444, {process: 'node'})],
  ['8289 by a program', tcp(8289, {process: 'node'})],
  ['the media port by another bridge', udp(10_000, {process: 'java'})],
  ['the STUN port by the coturn of Debian', udp(3478, {process: 'turnserver'})],
  ['5349 by the coturn of Debian', tcp(5349, {process: 'turnserver'})],
  [
    "80 by another project's container",
    tcp(80, {process: 'docker-proxy', container: {name: 'shop-web-1', project: 'shop'}}),
  ],
  ['the media port by a container of no project', udp(10_000, {process: 'docker-proxy', container: {name: 'x'}})],
])('a port in use: %s', (_what, listener) => {
  expect(look({listeners: [listener]}).map(({code}) => code)).toEqual(['port-taken']);
});

test('a container that uses the port is named', () => {
  const container = {name: 'shop-web-1', project: 'shop'};
  const [problem] = look({listeners: [tcp(8289, {process: 'docker-proxy', container})]});
  expect(problem?.summary).toContain('container shop-web-1');
});

test.each([
  [
    'nginx on its own ports',
    [tcp(80, {process: 'nginx', unit: 'nginx.service'}), tcp(4443, {process: 'nginx', package: 'nginx'})],
  ],
  [
    'HAProxy and go-mmproxy',
    [
      tcp(443, {process: 'haproxy', unit: 'haproxy.service'}),
      tcp(4444, {process: 'go-mmproxy', unit: 'go-mmproxy-ssl.service'}),
    ],
  ],
  [
    "our project's own containers",
    [
      tcp(8289, {process: 'docker-proxy', container: {name: 'jitsi-web-1', project: 'jitsi'}}),
      udp(10_000, {process: 'docker-proxy', container: {name: 'jitsi-videobridge-1', project: 'jitsi'}}),
    ],
  ],
  ['ssh and a mail server', [tcp(22, {process: 'sshd'}), tcp(25, {process: 'master'})]],
  ['TCP where we want UDP', [tcp(10_000, {process: 'webmin'})]],
  ['a listener that only root may see', [tcp(443)]],
])('no port is in use by %s', (_what, listeners) => {
  expect(look({listeners})).toEqual([]);
});

test('without the relay its ports do not matter', () => {
  const listeners = [udp(3478, {process: 'turnserver'}), tcp(5349, {process: 'turnserver'})];
  expect(look({listeners, settings: noRelay})).toEqual([]);
});

test.each([
  ['ssh', {process: 'sshd', unit: 'ssh.service'}],
  ['a tunnel', {process: 'tailscaled', unit: 'tailscaled.service'}],
  [
    "the container of another project's proxy",
    {process: 'docker-proxy', unit: 'docker.service', container: {name: 'traefik'}},
  ],
  ['a program of nobody', {process: 'node'}],
])('no command stops %s: it may be the only way to this host', (_what, holder) => {
  const [problem] = look({listeners: [tcp(80, holder)]});
  expect(problem?.code).toBe('port-taken');
  expect(problem?.command).toBeUndefined();
});

test('HAProxy has to let go of port 80 before it gets another configuration', () => {
  const haproxy = {process: 'haproxy', unit: 'haproxy.service', package: 'haproxy'};
  const problems = look({listeners: [tcp(80, haproxy), tcp(443, haproxy)]});
  expect(problems).toMatchObject([{code: 'port-taken', remedy: expect.stringContaining('`bind …:80` out of')}]);
  expect(problems[0]?.command).toBeUndefined();
});

test('another nginx than that of Debian has to let go of 80 and 443 itself', () => {
  const other = {process: 'nginx', unit: 'openresty.service', pid: 77};
  const problems = look({listeners: [tcp(80, other), tcp(443, other)]});
  expect(problems.map(({code}) => code)).toEqual(['port-taken', 'port-taken']);
  expect(problems[0]?.summary).toContain('openresty.service');
});

test('a 443 that nginx holds though no file says so has no command', () => {
  const problems = look({listeners: [tcp(443, {process: 'nginx', pid: 5, unit: 'nginx.service'})]});
  expect(problems).toEqual([
    expect.objectContaining({code: 'site-on-443', summary: expect.stringContaining('process 5')}),
  ]);
  expect(problems[0]?.command).toBeUndefined();
});

test('a foreign compose project stops the plan until the user takes over', () => {
  const inUse = {foreignCompose: '/srv/jitsi/docker-compose.yml'};
  expect(look({}, {inUse})).toEqual([
    expect.objectContaining({
      code: 'foreign-compose',
      summary: expect.stringContaining('/srv/jitsi/docker-compose.yml'),
      remedy: expect.stringContaining('--take-over compose'),
    }),
  ]);
  expect(look({}, {inUse, takeOver: ['compose']})).toEqual([]);
});

test('a firewall that the user manages gets advice, not rules', () => {
  const advise = (firewall: 'none' | 'ufw' | 'firewalld' | 'nftables', settings?: string) => {
    const input = makeInput({
      facts: {...makeFacts({firewall}), packetFilter: unknown('nft', 'it cannot be read')},
      ...(settings && {settings}),
    });
    return findAdvice(drawBlueprint(input).blueprint, input.facts).map(({remedy}) => remedy);
  };
  expect(advise('nftables')).toEqual([
    'Add these rules: tcp dport 80 accept; tcp dport 443 accept; udp dport 10000 accept; udp dport 3478 accept; and if it drops forwarded packets: ct status dnat accept.',
  ]);
  expect(advise('nftables', noRelay)[0]).not.toContain('3478');
  expect([...advise('none'), ...advise('ufw'), ...advise('firewalld')]).toEqual([]);
});

test.each([
  ['double', ['double-nat']],
  ['carrier', ['cgnat']],
  ['single', []],
] as const)('%s NAT gives the advice %j', (nat, codes) => {
  const input = makeInput({facts: makeFacts({nat, arrivals: []})});
  expect(findAdvice(drawBlueprint(input).blueprint, input.facts).map(({code}) => code)).toEqual(codes);
});

test.each([
  [1_006_632_960, ['small-memory']],
  [1_900_000_000, []],
  [4_109_107_200, []],
])('%i bytes of memory give the advice %j', (memory, codes) => {
  const input = makeInput({facts: makeFacts({memory})});
  expect(findAdvice(drawBlueprint(input).blueprint, input.facts).map(({code}) => code)).toEqual(codes);
});

test.each([
  [1, ['few-processors']],
  [2, []],
  [16, []],
])('%i processors give the advice %j', (cores, codes) => {
  const input = makeInput({facts: makeFacts({cores})});
  expect(findAdvice(drawBlueprint(input).blueprint, input.facts).map(({code}) => code)).toEqual(codes);
});

test.each([
  ['/snap/bin/certbot', 'snap.certbot.renew.timer', 'snap remove certbot'],
  ['/opt/certbot/bin/certbot', '/etc/crontab', '/opt/certbot'],
])('%s renews all certificates a second time', (path, timer, removal) => {
  const input = makeInput({facts: makeFacts({otherCertbots: [path]})});
  expect(findAdvice(drawBlueprint(input).blueprint, input.facts)).toMatchObject([
    {code: 'certbot-twice', why: expect.stringContaining(timer), remedy: expect.stringContaining(removal)},
  ]);
});

test('a port of the project that is taken over is free, whatever its name', () => {
  const listeners = [tcp(8289, {process: 'docker-proxy', container: {name: 'meeting-web-1', project: 'meeting'}})];
  const former = {name: 'meeting', environment: {}};
  expect(look({listeners}, {former})).toEqual([]);
  expect(look({listeners}).map(({code}) => code)).toEqual(['port-taken']);
});
