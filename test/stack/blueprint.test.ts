import {expect, test} from 'vitest';
import {known, unknown} from '../../src/model/facts.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {makeFacts, makeInput} from './input.ts';

const draw = (options?: Parameters<typeof makeInput>[0]) => drawBlueprint(makeInput(options));
const minimal = 'domain: meet.example.org\nturn: {domain: turn.example.org}\ncontact: admin@example.org\n';
const gibibyte = 1024 ** 3;

test('settings override detected values', () => {
  const {blueprint, warnings} = draw({
    settings: `${minimal}timezone: Europe/Lisbon
address: {public: 198.51.100.77, local: 192.168.50.9}
memory: {videobridge: 2g, jicofo: 512m}
stack: {subnet: 10.77.0.0/24}
`,
    inUse: {publicAddress: '198.51.100.1', localAddress: '10.0.0.1', timezone: 'UTC', subnet: '172.30.0.0/24'},
  });
  expect(blueprint).toMatchObject({
    publicAddress: '198.51.100.77',
    localAddress: '192.168.50.9',
    timezone: 'Europe/Lisbon',
    memory: {videobridge: '2g', jicofo: '512m'},
    network: {subnet: '10.77.0.0/24'},
  });
  expect(warnings).toEqual([]);
});

test('the uplink is the interface that has the chosen local address', () => {
  const interfaces = [
    {name: 'ens3', addresses: ['192.168.1.20']},
    {name: 'ens4', addresses: ['10.9.0.20']},
  ];
  const uplinkOf = (settings: string) => draw({settings, facts: makeFacts({interfaces})}).blueprint.uplink;
  expect(uplinkOf(minimal)).toBe('ens3');
  expect(uplinkOf(`${minimal}address: {local: 10.9.0.20}\n`)).toBe('ens4');
});

test('auto takes the detected value, not the one in use', () => {
  const {blueprint, warnings} = draw({
    inUse: {publicAddress: '198.51.100.1', localAddress: '10.0.0.1', timezone: 'UTC'},
  });
  expect(blueprint).toMatchObject({
    publicAddress: '198.51.100.10',
    localAddress: '192.168.1.20',
    timezone: 'Europe/Berlin',
    ipv6: true,
  });
  expect(warnings).toEqual([]);
});

test('a value that cannot be detected stays as it is in use, with a warning', () => {
  const nothing = unknown('STUN', 'no server answered');
  const {blueprint, warnings} = draw({
    facts: {publicAddress: nothing, localAddress: nothing, timezone: nothing},
    inUse: {publicAddress: '198.51.100.1', localAddress: '10.0.0.1', timezone: 'Europe/Rome'},
  });
  expect(blueprint).toMatchObject({
    publicAddress: '198.51.100.1',
    localAddress: '10.0.0.1',
    timezone: 'Europe/Rome',
  });
  expect(warnings.map(({code, summary, remedy}) => [code, summary, remedy])).toEqual([
    [
      'address-kept',
      'The public address of this host could not be detected (no server answered), so 198.51.100.1 stays in use.',
      'Nothing if it is still right. Otherwise set it explicitly: --set address.public=ADDRESS.',
    ],
    ['address-kept', expect.stringContaining('10.0.0.1 stays in use'), expect.stringContaining('address.local')],
  ]);
});

test.each([
  ['publicAddress', 'public address', 'address.public'],
  ['localAddress', 'local address', 'address.local'],
] as const)('an unknown %s must be set by the user', (name, words, key) => {
  expect(() => draw({facts: {[name]: unknown('STUN', 'no server answered')}})).toThrow(
    expect.objectContaining({
      code: 'address-unknown',
      summary: expect.stringContaining(`${words} of this host could not be detected: no server answered`),
      remedy: expect.stringContaining(`--set ${key}=`),
    }),
  );
});

test('a host with IPv6 only needs an IPv4 address, which no setting gives it', () => {
  const lost = {publicAddress: unknown('STUN', 'no server answered'), localAddress: unknown('ip route', 'none')};
  const interfaces = known([{name: 'eth0', addresses: ['2a02:db8:77::10', 'fe80::1']}], 'ip address');
  expect(() => draw({facts: {...lost, interfaces}})).toThrow(
    expect.objectContaining({
      code: 'address-unknown',
      summary: 'This host has IPv6 only.',
      remedy: 'Participants need a public IPv4 address: add one at your provider.',
    }),
  );
});

test('an unknown time zone is UTC', () => {
  expect(draw({facts: {timezone: unknown('/etc/localtime', 'none')}}).blueprint.timezone).toBe('UTC');
});

test.each([
  [0.5, '512m', '384m'],
  [2, '683m', '384m'],
  [4, '1365m', '683m'],
  [8, '2731m', '1024m'],
  [64, '3072m', '1024m'],
])('%d GiB of memory give the bridge %s and Jicofo %s', (size, videobridge, jicofo) => {
  expect(draw({facts: makeFacts({memory: size * gibibyte})}).blueprint.memory).toEqual({videobridge, jicofo});
});

test('unknown memory counts as 4 GiB', () => {
  expect(draw({facts: {memory: unknown('/proc', 'none')}}).blueprint.memory.videobridge).toBe('1365m');
});

test('without the relay there is no domain for it', () => {
  const settings = `${minimal.replace('{domain', '{enabled: false, domain')}`;
  expect(draw({settings}).blueprint.turnDomain).toBeUndefined();
  expect(draw().blueprint.turnDomain).toBe('turn.example.org');
});

test.each([
  [{nginx: '1.22.1-9+deb12u3'}, 'bookworm', false],
  [{nginx: '1.26.3-3+deb13u1'}, 'trixie', true],
  [{nginx: '1.25.0-1'}, 'trixie', false],
  [{nginx: '1:1.25.1'}, 'bookworm', true],
  [{}, 'bookworm', false],
  [{}, 'trixie', true],
  [{}, 'forky', true],
])('%j on %s has nginx’s http2 directive: %s', (candidates, codename, expected) => {
  const release = {id: 'debian', version: '0', codename, name: codename};
  expect(draw({facts: makeFacts({candidates, release})}).blueprint.hasHttp2Directive).toBe(expected);
});

test.each([
  ['Debian 12', {}, 'bookworm', false],
  ['Debian 13', {}, 'trixie', true],
  ["Docker's own on Debian 12", {docker: '28.5.1', compose: '2.40.0'}, 'bookworm', true],
  ["Docker's own, and an old compose", {docker: '28.5.1', compose: '2.20.1'}, 'trixie', false],
  ['a new compose, and an old Docker', {docker: '24.0.9', compose: '2.40.0'}, 'trixie', false],
])(
  'a starting container is checked more often where Docker and compose can: %s',
  (_what, {docker, compose}: {docker?: string; compose?: string}, codename, expected) => {
    const release = {id: 'debian', version: '0', codename, name: codename};
    const found = compose === undefined ? null : {argv: ['docker', 'compose'] as const, version: compose};
    const facts = makeFacts({release, candidates: {}, docker: docker ?? null, compose: found});
    expect(draw({facts}).blueprint.hasStartInterval).toBe(expected);
  },
);

test('the project has the name of its directory', () => {
  expect(draw({settings: `${minimal}stack: {directory: /srv/my-video}\n`}).blueprint.project).toMatchObject({
    name: 'my-video',
    directory: '/srv/my-video',
  });
});
