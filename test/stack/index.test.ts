import {expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {drawStack, type StackInput} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeFacts, makeInput, readGoldenInput} from './input.ts';

const plan = (input: StackInput, host = createMemoryHost()) => makePlan({resources: drawStack(input).resources, host});
const noRelay = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\n';

test.each([
  ['the usual host', makeInput()],
  ['one without the relay', makeInput({settings: noRelay})],
  ['one with other settings', readGoldenInput('other-ports-and-directory')],
  ['one where everything is taken over', makeInput({takeOver: ['haproxy', 'compose']})],
  ['one with firewalld', makeInput({facts: makeFacts({firewall: 'firewalld'})})],
])('a bare machine gets a complete plan: %s', async (_what, input) => {
  const host = createMemoryHost();
  const {changes, problems, unknown} = await plan(input, host);
  expect(problems).toEqual([]);
  expect(unknown).toEqual([]);
  expect(changes.length).toBeGreaterThan(50);
  expect(host.changes).toEqual([]);
});

test('Docker comes first, and images need nothing but Docker', async () => {
  const {changes} = await plan(makeInput());
  expect(changes[0]?.id).toBe('apt-packages:docker');
  for (const {id, needs} of changes.filter(({kind}) => kind === 'container-image'))
    expect(needs, id).toEqual(['unit:docker.service']);
});

test('replaced containers serve until ours are ready, and free their ports before ours start', async () => {
  const theirs = {
    id: 'c1',
    service: 'pad',
    labels: {},
    running: true,
    health: 'none',
    started: 0,
    restarts: 0,
    healthOutput: '',
  } as const;
  const host = createMemoryHost({containers: {jitsi: [theirs]}});
  const {changes} = await plan(makeInput({takeOver: ['compose']}), host);
  const given = changes.findIndex(({id}) => id === 'containers:given-up');
  const at = (pattern: RegExp) => changes.flatMap(({id}, index) => (pattern.test(id) ? [index] : []));
  expect(changes[given]?.differences.map(({summary}) => summary)).toEqual(['remove the container of pad']);
  expect(Math.max(...at(/^image:/))).toBeLessThan(given);
  expect(Math.min(...at(/^container:|^unit:(nginx|haproxy|go-mmproxy)/))).toBeGreaterThan(given);
});

test('where ufw is active, exactly our ports are opened', async () => {
  const ids = drawStack(makeInput({facts: makeFacts({firewall: 'ufw'})})).resources.map(({id}) => id);
  expect(ids.filter(id => id.startsWith('firewall:'))).toEqual([
    'firewall:80/tcp',
    'firewall:443/tcp',
    'firewall:10000/udp',
    'firewall:3478/udp',
  ]);
});

test('the router must forward four ports, three without the relay', () => {
  const list = (input: StackInput) => drawStack(input).forwards.map(({port, protocol}) => `${port}/${protocol}`);
  expect(list(makeInput())).toEqual(['80/tcp', '443/tcp', '3478/udp', '10000/udp']);
  expect(list(makeInput({settings: noRelay}))).toEqual(['80/tcp', '443/tcp', '10000/udp']);
});

test('switching the relay off removes everything that belongs to it', async () => {
  const traces = {
    '/srv/jitsi/turn/turnserver.conf': 'x',
    '/etc/nginx/sites-available/jitsi-turn.conf': 'x',
    '/etc/nginx/sites-enabled/jitsi-turn.conf': {link: '/etc/nginx/sites-available/jitsi-turn.conf'},
    '/usr/local/sbin/renew_turn_cert.sh': 'x',
    '/etc/letsencrypt/renewal-hooks/deploy/renew_turn_cert.sh': {link: '/usr/local/sbin/renew_turn_cert.sh'},
    '/etc/jitsi-onebox/tls/turn.example.org': {link: '/etc/letsencrypt/live/turn.example.org'},
    '/etc/jitsi-onebox/tls/meet.example.org': {link: '/etc/letsencrypt/live/meet.example.org'},
  };
  const {changes} = await plan(makeInput({settings: noRelay}), createMemoryHost({files: traces}));
  expect(changes.filter(({change}) => change === 'remove').map(({id}) => id)).toEqual(
    expect.arrayContaining([
      'directory:/srv/jitsi/turn',
      'file:/etc/nginx/sites-available/jitsi-turn.conf',
      'file:/etc/nginx/sites-enabled/jitsi-turn.conf',
      'file:/usr/local/sbin/renew_turn_cert.sh',
      'file:/etc/letsencrypt/renewal-hooks/deploy/renew_turn_cert.sh',
      'certificates:retired',
    ]),
  );
});

const configuration = '/etc/haproxy/haproxy.cfg';
const shipped = 'global\n\tlog /dev/log local0\n';

test.each([
  ['as Debian shipped it', shipped, [], []],
  ['from an earlier run', '# Written by jitsi-onebox: old\n', [], []],
  ['from somebody else', `${shipped}frontend shop\n`, [], ['foreign-haproxy']],
  ['from somebody else, with --take-over', `${shipped}frontend shop\n`, ['haproxy'], []],
] as const)('an haproxy.cfg %s', async (_what, text, takeOver, codes) => {
  const md5 = 'f880bff5687ca98f98805f1b5f95843a';
  const host = createMemoryHost({
    files: {[configuration]: text},
    commands: {'dpkg-query --show --showformat=${Conffiles}': ` ${configuration} ${md5}\n /etc/default/haproxy 0\n`},
  });
  const {problems} = await plan(makeInput({takeOver}), host);
  expect(problems.map(({code}) => code)).toEqual(codes);
});

test('a foreign haproxy.cfg is shown with what it binds, and what stops', async () => {
  const host = createMemoryHost({
    files: {[configuration]: 'frontend web\n  bind *:80\n  bind :::443 v6only ssl crt /a\n'},
  });
  const {problems} = await plan(makeInput(), host);
  expect(problems).toMatchObject([
    {summary: expect.stringContaining('It binds *:80, :::443.'), remedy: expect.stringContaining('frontends stop')},
  ]);
});
