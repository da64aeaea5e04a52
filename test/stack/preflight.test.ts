import {lstat, readFile, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import type {Listener, NginxSite} from '../../src/model/facts.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {findAdvice, findObstacles} from '../../src/stack/preflight.ts';
import {makeFacts, makeInput} from './input.ts';
import {inDirectory} from './parsers.ts';

type Host = {listeners?: readonly Listener[]; nginxSites?: readonly NginxSite[]; settings?: string};

function look({listeners = [], nginxSites = [], settings}: Host, more: Partial<ReturnType<typeof makeInput>> = {}) {
  const input = {...makeInput({facts: makeFacts({listeners, nginxSites}), ...(settings && {settings})}), ...more};
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
    }),
  ]);
});

test.each([
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
  ['nginx on its own ports', [tcp(80, {process: 'nginx'}), tcp(4443, {process: 'nginx'})]],
  ['HAProxy and go-mmproxy', [tcp(443, {process: 'haproxy'}), tcp(4444, {process: 'go-mmproxy'})]],
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

test('a site on 443 is moved by the one line in the problem', async () => {
  const site = `server {
    listen 80;
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    listen 198.51.100.10:443 ssl;
    listen 14430;
    server_name shop.example.org;
    location / { proxy_pass http://127.0.0.1:4430; return 301 https://$host:443/; }
}
`;
  await inDirectory(async directory => {
    const [available, file] = [join(directory, 'available'), join(directory, 'the shop')];
    await writeFile(available, site);
    await symlink(available, file);
    const sites = [{file, names: ['shop.example.org'], listens: ['443 ssl http2', '[::]:443 ssl http2']}];
    const [problem] = look({listeners: [tcp(443, {process: 'nginx'})], nginxSites: [...sites, ...sites]});
    expect(problem).toMatchObject({code: 'site-on-443', summary: expect.stringContaining(`port 443 (${file})`)});
    const edit = /^(.*) && systemctl reload nginx$/.exec(problem?.command ?? '')?.[1] ?? '';
    await execa('sh', ['-c', `${edit} && ${edit}`]);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await readFile(available, 'utf8')).toBe(
      site
        .replace('listen 443 ssl', 'listen 4443 ssl')
        .replace('[::]:443', '[::]:4443')
        .replace('198.51.100.10:443', '198.51.100.10:4443'),
    );
  });
});

test('only the files with a site on 443 are named', () => {
  const nginxSites = [
    {file: '/etc/nginx/sites-enabled/a', names: ['a'], listens: ['80', '4430', '198.51.100.10:14430']},
    {file: '/etc/nginx/sites-enabled/b', names: ['b'], listens: ['[::]:443 ssl']},
  ];
  const [problem] = look({listeners: [tcp(443, {process: 'nginx'})], nginxSites});
  expect(problem?.command).toMatch(/' '?\/etc\/nginx\/sites-enabled\/b'? && /);
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
    const input = makeInput({facts: makeFacts({firewall}), ...(settings && {settings})});
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
  ['single', []],
] as const)('%s NAT gives the advice %j', (nat, codes) => {
  const input = makeInput({facts: makeFacts({nat})});
  expect(findAdvice(drawBlueprint(input).blueprint, input.facts).map(({code}) => code)).toEqual(codes);
});

test.each([
  [1_006_632_960, ['small-memory']],
  [4_109_107_200, []],
])('%i bytes of memory give the advice %j', (memory, codes) => {
  const input = makeInput({facts: makeFacts({memory})});
  expect(findAdvice(drawBlueprint(input).blueprint, input.facts).map(({code}) => code)).toEqual(codes);
});
