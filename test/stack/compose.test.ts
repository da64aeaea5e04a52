import {expect, test} from 'vitest';
import {parse} from 'yaml';
import type {Resource} from '../../src/model/resource.ts';
import {digestLabel} from '../../src/resources/compose.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose, services} from '../../src/stack/compose-file.ts';
import {drawStack} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare} from '../resources/work.ts';
import {drawFiles} from './drawn-files.ts';
import {makeInput, passwords} from './input.ts';

type Definition = {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cap_add?: readonly string[];
  readonly networks: Readonly<Record<string, {readonly ipv4_address: string}>>;
};

const minimal = `domain: meet.example.org
contact: admin@example.org
turn: {domain: turn.example.org}
`;

function define(settings = minimal): Readonly<Record<string, Definition>> {
  const {blueprint} = drawBlueprint(makeInput({settings}));
  return (parse(renderCompose(blueprint)) as {services: Record<string, Definition>}).services;
}

const defined = Object.entries(define());

test('YAML 1.1, as compose v1 reads it, and YAML 1.2 give the same', () => {
  const text = renderCompose(drawBlueprint(makeInput()).blueprint);
  expect(parse(text, {version: '1.1'})).toEqual(parse(text, {version: '1.2'}));
});

test.each(defined)('%s has no more rights than it needs', (_name, definition) => {
  expect(definition).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    restart: 'unless-stopped',
    user: expect.stringMatching(/^(550:550|551:551)$/),
    logging: {driver: 'json-file', options: {'max-size': expect.any(String), 'max-file': expect.any(String)}},
    healthcheck: {test: expect.arrayContaining(['CMD'])},
  });
  expect(definition).not.toHaveProperty('init');
  expect(definition).not.toHaveProperty('privileged');
});

test('only the relay keeps a capability: its program does not start without it', () => {
  expect(defined.flatMap(([name, {cap_add}]) => (cap_add ? [[name, cap_add]] : []))).toEqual([
    ['turn', ['NET_BIND_SERVICE']],
  ]);
});

test('every service has its own address', () => {
  const addresses = defined.flatMap(([, {networks}]) => Object.values(networks).map(each => each.ipv4_address));
  expect(new Set(addresses).size).toBe(defined.length);
});

test('TCP is published on loopback only, UDP on IPv4 only', () => {
  const ports = defined.flatMap(([, definition]) => definition.ports ?? []);
  expect(ports).toEqual([
    '127.0.0.1:8289:8000',
    '0.0.0.0:10000:10000/udp',
    '0.0.0.0:3478:3478/udp',
    '127.0.0.1:5349:5349',
  ]);
});

test('a password is referenced only where it is needed, and written nowhere', () => {
  const named = defined.map(([name, {environment}]) => [
    name,
    Object.values(environment ?? {}).filter(value => value.includes('${')),
  ]);
  expect(Object.fromEntries(named)).toEqual({
    web: [],
    prosody: ['${JICOFO_AUTH_PASSWORD}', '${JVB_AUTH_PASSWORD}', '${TURN_CREDENTIALS}'],
    jicofo: ['${JICOFO_AUTH_PASSWORD}'],
    videobridge: ['${JVB_AUTH_PASSWORD}'],
    turn: [],
  });
  expect(JSON.stringify(defined)).not.toContain(passwords.values.TURN_CREDENTIALS.reveal());
});

test('without the relay nothing mentions it', () => {
  const all = define(minimal.replace('{domain', '{enabled: false, domain'));
  expect(Object.keys(all)).not.toContain('turn');
  expect(JSON.stringify(all)).not.toMatch(/TURN|STUN_/);
});

const compose = '/srv/jitsi/compose.yaml';
const settingsFile = '/etc/jitsi-onebox/settings.yaml';
const site = (name: string) => `/etc/nginx/sites-available/${name}.conf`;
const hook = (name: string) => `/usr/local/sbin/renew_${name}_cert.sh`;

test.each([
  ['the memory of the bridge', 'memory: {videobridge: 2g}\n', ['videobridge'], [compose]],
  ["the bridge's port", 'ports: {media: 20000}\n', ['videobridge'], [compose]],
  ['the version of Jitsi', 'images: {tag: other}\n', ['jicofo', 'prosody', 'videobridge', 'web'], [compose]],
  [
    'the time zone',
    'timezone: UTC\n',
    ['jicofo', 'prosody', 'videobridge', 'web'],
    ['/srv/jitsi/.env_global', compose],
  ],
  [
    'the public address',
    'address: {public: 198.51.100.99}\n',
    ['turn', 'videobridge'],
    [compose, '/srv/jitsi/turn/turnserver.conf'],
  ],
])('changing %s recreates only the services it concerns', async (_what, more, concerned, files) => {
  expect(await findChanges(minimal, minimal + more)).toEqual({concerned, files: [...files, settingsFile].sort()});
});

test('changing the meeting domain touches its site and hook, web and prosody', async () => {
  expect(await findChanges(minimal, minimal.replace('meet.', 'talk.'))).toEqual({
    concerned: ['prosody', 'web'],
    files: [compose, site('jitsi'), hook('meet'), settingsFile].sort(),
  });
});

test("changing the relay's domain touches its site and hook, HAProxy, turn and prosody", async () => {
  const turn = '/srv/jitsi/turn/turnserver.conf';
  expect(await findChanges(minimal, minimal.replace('turn.example', 'relay.example'))).toEqual({
    concerned: ['prosody', 'turn'],
    files: [compose, '/etc/haproxy/haproxy.cfg', site('jitsi-turn'), hook('turn'), turn, settingsFile].sort(),
  });
});

/** Finds the services that are recreated for their definition or for a file they read, and the files that change. */
async function findChanges(before: string, after: string) {
  const [{MODES: _, ...old}, {MODES: __, ...drawn}] = (await Promise.all(
    [before, after].map(settings => drawFiles(makeInput({settings}))),
  )) as [Record<string, string>, Record<string, string>];
  const files = Object.keys({...old, ...drawn}).filter(path => old[path] !== drawn[path]);
  const [former, current] = [define(before), define(after)];
  const {blueprint} = drawBlueprint(makeInput({settings: after}));
  const concerned = services(blueprint).filter(
    ({name, reads}) =>
      former[name]?.labels[digestLabel] !== current[name]?.labels[digestLabel] ||
      reads.some(path => files.includes(path)),
  );
  return {concerned: concerned.map(({name}) => name).sort(), files: files.sort()};
}

const text = renderCompose(drawBlueprint(makeInput()).blueprint);
const written = Date.parse('2026-11-22T08:00:00Z');
const minute = 60_000;

/** Compares web on a host where Docker made it from a given compose file. */
async function compareWeb(content: string, started: number) {
  const labels = {[digestLabel]: define().web?.labels[digestLabel] ?? ''};
  const web = {
    id: 'w',
    service: 'web',
    labels,
    running: true,
    health: 'healthy',
    started,
    restarts: 0,
    healthOutput: '',
  } as const;
  const host = createMemoryHost({
    files: {'/srv/jitsi/compose.yaml': {content, modified: written}},
    containers: {jitsi: [web]},
  });
  const resource = drawStack(makeInput()).resources.find(({id}) => id === 'container:web');
  return (await compare(resource as Resource, host)).map(({summary}) => summary);
}

test.each([
  ['the file is ours', text, minute, false],
  ['its ports were changed by hand before it started', text.replace('127.0.0.1:8289', '0.0.0.0:8289'), minute, true],
  ['they were changed after it started', text.replace('127.0.0.1:8289', '0.0.0.0:8289'), -minute, false],
  ['another service was changed', text.replace('VIDEOBRIDGE_MAX_MEMORY', 'X'), minute, false],
  [
    'the file is of another release',
    text.replaceAll(/(digest: )"\w+"/g, '$1"0"').replace('120s', '90s'),
    minute,
    false,
  ],
  ['the file is broken', 'services: [', minute, false],
])('a container is recreated if its definition may be foreign: %s', async (_what, content, later, isForeign) => {
  const summary = 'recreate web: its definition was changed by hand';
  expect(await compareWeb(content, written + later)).toEqual(isForeign ? [summary] : []);
});
