import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {openRound, runChecks} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import type {ContainerState} from '../../../src/model/host.ts';
import {judgeChain, judgeDays} from '../../../src/stack/checks/certificates.ts';
import {readPatterns} from '../../../src/stack/checks/known-faults.ts';
import {drawStack} from '../../../src/stack/index.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {assets, makeInput} from '../input.ts';

type HostSeed = NonNullable<Parameters<typeof createMemoryHost>[0]>;

const {signal} = new AbortController();

async function run(code: CheckCode, seed: HostSeed, settings?: string) {
  const {checks} = drawStack(makeInput(settings === undefined ? {} : {settings}));
  const check = checks.find(each => each.code === code);
  return check?.run(openRound(createMemoryHost(seed), signal).context);
}

const container: ContainerState = {
  id: 'c0ffee',
  service: 'videobridge',
  labels: {},
  running: true,
  health: 'healthy',
  started: Date.parse('2026-11-22T08:29:00Z'),
  restarts: 0,
  healthOutput: '',
};
const df = (used: number, free: number, mount = '/') =>
  `1B-blocks Avail Use% Mounted on\n10000000000 ${free} ${used}% ${mount}\n`;
const memory = (free: number) => `MemTotal: 4000000 kB\nMemAvailable: ${free} kB\nSwapFree: 0 kB\n`;
const killed = '2026-11-21T10:00:00+00:00 h kernel: Memory cgroup out of memory: Killed process 77 (java) total-vm:1\n';
const boot = (states: string) => ({'systemctl is-enabled': states});
const compose = (address: string) => ({
  '/srv/jitsi/compose.yaml': `      JVB_ADVERTISE_IPS: "192.168.1.20,${address}"\n`,
});
const relay = (address: string) => ({'/srv/jitsi/turn/turnserver.conf': `external-ip=${address}\n`});

test.each<[CheckCode, string, HostSeed, string, RegExp]>([
  ['disk-space', 'room', {commands: {df: df(40, 6e9)}}, 'ok', /\/ is 40 % full/],
  ['disk-space', 'a full disk', {commands: {df: df(95, 5e8)}}, 'warning', /95 % full, 500 MB free/],
  ['disk-space', 'a disk without any room', {commands: {df: df(98, 1e8)}}, 'failed', /98 % full/],
  ['disk-space', 'a large disk', {commands: {df: df(91, 90e9)}}, 'ok', /91 % full/],
  ['disk-inodes', 'room', {commands: {df: df(4, 100_000)}}, 'ok', /take 100000 more/],
  ['disk-inodes', 'few left', {commands: {df: df(95, 120)}}, 'warning', /take 120 more files/],
  ['disk-inodes', 'a file system without a limit', {commands: {df: ' - - -% /\n'}}, 'ok', /no file system has a limit/],
  ['memory-free', 'enough', {files: {'/proc/meminfo': memory(1_000_000)}}, 'ok', /1.0 GB of 4.1 GB/],
  ['memory-free', 'hardly any', {files: {'/proc/meminfo': memory(90_000)}}, 'warning', /92.2 MB of 4.1 GB/],
  ['memory-kills', 'none', {}, 'ok', /last 7 days/],
  ['memory-kills', 'one', {commands: {'journalctl --dmesg': killed}}, 'warning', /once, the last: .*\(java\)/],
  ['container-restarts', 'none', {containers: {jitsi: [container]}}, 'ok', /looked at 1/],
  [
    'container-restarts',
    'three',
    {containers: {jitsi: [{...container, restarts: 3}]}},
    'warning',
    /videobridge: 3 times/,
  ],
  ['service-restarts', 'none', {commands: {'systemctl show': 'Id=nginx.service\nNRestarts=0\n'}}, 'ok', /nginx/],
  [
    'service-restarts',
    'two',
    {commands: {'systemctl show': 'NRestarts=0\nId=nginx.service\n\nNRestarts=2\nId=haproxy.service\n'}},
    'warning',
    /^haproxy.service: 2 times$/,
  ],
  ['start-at-boot', 'all', {commands: boot('enabled\nenabled\nenabled\nenabled\nenabled\n')}, 'ok', /certbot.timer/],
  [
    'start-at-boot',
    'one that does not',
    {commands: boot('enabled\ndisabled\nenabled\nenabled\nenabled\n')},
    'failed',
    /haproxy.service is disabled/,
  ],
  [
    'public-address',
    'today’s',
    {files: {...compose('198.51.100.10'), ...relay('198.51.100.10')}},
    'ok',
    /bridge: 198.51.100.10/,
  ],
  [
    'public-address',
    'a former one of the relay',
    {files: {...compose('198.51.100.10'), ...relay('198.51.100.9')}},
    'failed',
    /relay: 198.51.100.9;/,
  ],
  [
    'public-address',
    'a former one of the bridge',
    {files: {...compose('198.51.100.9'), ...relay('198.51.100.10')}},
    'failed',
    /bridge: 198.51.100.9;/,
  ],
  ['turn-key', 'no file', {}, 'failed', /fullchain.pem is missing/],
  [
    'log-patterns',
    'a silent log',
    {containers: {jitsi: [container]}, commands: {'docker logs': 'all is well\n'}},
    'ok',
    /videobridge/,
  ],
  [
    'log-patterns',
    'a bridge without memory',
    {containers: {jitsi: [container]}, commands: {'docker logs': 'java.lang.OutOfMemoryError: heap\n'}},
    'warning',
    /^videobridge: java.lang.OutOfMemoryError/,
  ],
])('%s with %s', async (code, _what, seed, state, evidence) => {
  const {commands = {}, files = {}} = seed;
  const facts = makeInput().facts.publicAddress.value;
  const fit = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, String(text).replaceAll('198.51.100.10', facts ?? '')]),
  );
  const finding = await run(code, {...seed, commands, files: fit});
  expect(finding).toMatchObject({
    state,
    evidence: expect.stringMatching(new RegExp(evidence.source.replaceAll('198.51.100.10', facts ?? ''))),
  });
  expect(Boolean(finding?.remedy), 'only a fault has a remedy').toBe(state !== 'ok');
});

test('an image with a known fault is named with the source', async () => {
  const base = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
  expect(await run('advisories', {}, base)).toMatchObject({state: 'ok'});
  expect(await run('advisories', {}, `${base}images: {coturn: "example.org/coturn:4.8.0-r0"}\n`)).toMatchObject({
    state: 'warning',
    evidence: expect.stringMatching(/CVE-2026-27624.*4\.9\.0 \(https:\/\/github\.com/),
  });
});

test('every pattern of the list is a regular expression that says something', () => {
  for (const {pattern, meaning, remedy} of readPatterns(assets)) {
    expect(new RegExp(pattern).test('')).toBe(false);
    for (const text of [meaning, remedy]) expect(text).toMatch(/^[A-Za-z].*\.$/);
  }
});

test('a changed file is found, and so is what an apply would change', async () => {
  const checks = drawStack(makeInput()).checks.filter(({code}) => /managed|pending/.test(code));
  const found = await runChecks({checks, host: createMemoryHost(), signal});
  expect(found.map(({code, state}) => [code, state])).toEqual([
    ['managed-files', 'warning'],
    ['pending-changes', 'warning'],
  ]);
  expect(found[0]?.evidence).toMatch(/^\d+ differences: /);
});

test('a warning that the user accepted says so, and a failure is never accepted', async () => {
  const accepted =
    'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\naccepted: [disk-space]\n';
  expect(await run('disk-space', {commands: {df: df(95, 5e8)}}, accepted)).toMatchObject({isAccepted: true});
  expect(await run('disk-space', {commands: {df: df(98, 5e8)}}, accepted)).not.toHaveProperty('isAccepted');
  expect(await run('disk-space', {commands: {df: df(9, 5e9)}}, accepted)).not.toHaveProperty('isAccepted');
});

const pem = (name: string) =>
  readFileSync(new URL(`../../resources/certificates/${name}.pem`, import.meta.url), 'utf8');
const ninety = new X509Certificate(pem('ninety-days'));

test.each([
  ['ok', 30],
  ['warning', 12],
  ['warning', -3],
] as const)('the days of a certificate are %s with %i left', (state, days) => {
  const now = Date.parse(ninety.validTo) - days * 86_400_000;
  expect(judgeDays('meet', {certificate: ninety}, now)).toMatchObject({
    state,
    evidence: expect.stringContaining('from '),
  });
});

test.each([
  ['ok', ['a', 'b'], undefined],
  ['ok', ['a'], undefined],
  ['failed', ['a'], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['ok', ['a'], 'CERT_HAS_EXPIRED'],
] as const)('a chain is %s with %j and %s', (state, chain, fault) => {
  expect(judgeChain('turn', {certificate: ninety, chain, fault}).state).toBe(state);
});
