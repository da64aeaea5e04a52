import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {openRound, runChecks} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import type {Check} from '../../../src/model/check.ts';
import type {ContainerState} from '../../../src/model/host.ts';
import {describeDnsError} from '../../../src/network/dns.ts';
import {renderChecks} from '../../../src/plain/render.ts';
import {judgeCertificate} from '../../../src/stack/checks/certificates.ts';
import {meetName} from '../../../src/stack/checks/meet-name.ts';
import {checksFromElsewhere, drawStack} from '../../../src/stack/index.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput, readGoldenInput} from '../input.ts';

const {checks} = drawStack(makeInput());
const {signal} = new AbortController();
const run = (code: string, host: Parameters<typeof createMemoryHost>[0]) =>
  checks.find(check => check.code === code)?.run(openRound(createMemoryHost(host), signal).context);

const web: ContainerState = {
  id: 'c1',
  service: 'web',
  labels: {},
  running: true,
  health: 'healthy',
  started: 1,
  restarts: 0,
  healthOutput: '',
};
const pem = (name: string) =>
  readFileSync(new URL(`../../resources/certificates/${name}.pem`, import.meta.url), 'utf8');

const hostCodes =
  'meet-https meet-certificate http-redirect bosh xmpp-websocket xmpp-login turn-certificate turn-credentials turn-allocation turn-relay turn-denies-loopback turn-denies-lan turn-denies-prosody conference media-port media-direct media-relay stun-port client-address client-address-chain client-address-ipv6 mmproxy-routes loopback-ports docker-chains packet-forwarding packet-filter service-nginx service-haproxy service-mmproxy service-docker container-web container-prosody container-jicofo container-videobridge container-turn jicofo-login videobridge-login public-loopback udp-buffers restart-needed public-address router-forwards packet-size ipv6-reach idle-timeouts certificate-renewal certificate-served deploy-hook site-names site-ports turn-key turn-copy meet-certificate-days turn-certificate-days meet-certificate-chain turn-certificate-chain container-restarts service-restarts start-at-boot disk-space disk-inodes memory-free memory-kills managed-files pending-changes log-patterns advisories'.split(
    ' ',
  );
const elsewhereCodes = ['meet-name', ...hostCodes].filter(
  code =>
    !/^(service|container|client|public|site|disk|memory|managed|pending|log)-|-(days|chain|key|copy|address|boot)$|advisories|^(jicofo|videobridge)-login|mmproxy-routes|loopback-ports|docker-chains|packet-(filter|forwarding)|udp-buffers|restart-needed|router-forwards|packet-size|ipv6-reach|idle-timeouts|certificate-(renewal|served)|deploy-hook/.test(
      code,
    ),
);
const noRelay = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\n';

test.each([
  ['on the host', checks, hostCodes],
  ['from elsewhere', checksFromElsewhere('meet.example.org'), elsewhereCodes],
  [
    'on a host without the relay',
    drawStack(makeInput({settings: noRelay})).checks,
    hostCodes.filter(code => !/turn|stun|relay/.test(code)),
  ],
  [
    'on a host without IPv6',
    drawStack(readGoldenInput('no-ipv6')).checks,
    hostCodes.filter(code => code !== 'client-address-ipv6'),
  ],
])('the codes %s are fixed and unique', (_where, some, codes) => {
  expect(some.map(({code}) => code).toSorted()).toEqual(codes.toSorted());
});

test.each([
  ['on the host', checks],
  ['from elsewhere', checksFromElsewhere('meet.example.org')],
])('%s, checks build on others that take part, and on no circle', (_where, some) => {
  const follow = (code: CheckCode, path: readonly CheckCode[] = []): void => {
    expect(path).not.toContain(code);
    const found = some.find(each => each.code === code);
    expect(found, code).toBeDefined();
    for (const each of found?.after ?? []) follow(each, [...path, code]);
  };
  for (const {code} of some) follow(code);
});

test.each(['xmpp-login', 'turn-allocation', 'turn-relay', 'conference', 'media-direct', 'media-relay'])(
  '%s has time for an account, logins, a call and its audio, which have limits of their own',
  code => {
    for (const some of [checks, checksFromElsewhere('meet.example.org')])
      expect(some.find(each => each.code === code)?.patience).toBe(60_000);
  },
);

/** The checks of the parts that these two need: without a part, they say nothing of their own. */
const partsOf = (code: 'turn-certificate' | 'stun-port') => [
  ...(code === 'turn-certificate' ? ['service-haproxy'] : []),
  'service-docker',
  'container-turn',
];

test('only from elsewhere, the certificate and STUN need what Prosody offers', () => {
  const needsOf = (some: readonly Check[], code: CheckCode) => some.find(each => each.code === code)?.after;
  const elsewhere = checksFromElsewhere('meet.example.org');
  for (const [code, needs] of [
    ['turn-certificate', ['turn-key', 'turn-copy', 'turn-certificate-chain']],
    // Neither a port that Docker does not forward, nor one that the filter closes, is a fault of the router.
    ['stun-port', ['docker-chains', 'packet-filter', 'packet-forwarding', 'router-forwards']],
  ] as const) {
    expect(needsOf(checks, code)).toEqual([...needs, ...partsOf(code)]);
    expect(needsOf(elsewhere, code)).toEqual(['turn-credentials']);
  }
  expect(needsOf(checks, 'turn-denies-prosody')).toEqual(['turn-allocation']);
  expect(needsOf(elsewhere, 'turn-denies-prosody')).toEqual(['turn-allocation', 'conference']);
});

test('from elsewhere, a name without a DNS entry is one finding, and all else waits for it', async () => {
  const missing = Object.assign(new Error('queryA ENOTFOUND x'), {code: 'ENOTFOUND', hostname: 'meet.example.org'});
  const lost = new Error(describeDnsError(missing));
  const findRoute = () => Promise.reject(lost);
  const name = meetName({domain: 'meet.example.org', blueprint: undefined, findRoute});
  const others = checksFromElsewhere('meet.example.org').filter(({code}) => code !== 'meet-name');
  const failing = others.map(each => ({...each, run: async () => ({state: 'failed', summary: 'x'}) as const}));
  const results = await runChecks({checks: [name, ...failing], host: createMemoryHost({}), signal});
  const [first, ...rest] = results;
  const remedy = 'Let it resolve to the public address of the server.';
  expect(first).toMatchObject({state: 'failed', summary: 'meet.example.org has no DNS entry.', remedy});
  for (const each of rest) expect(each).toMatchObject({state: 'unknown', cause: 'meet-name'});
  const lines = renderChecks(results, {isThorough: true}).split('\n');
  expect(lines[0]).toBe('failed  meet.example.org has no DNS entry.');
  expect(lines).toContain(`unknown ${rest.length} checks were not tried, since meet-name did not pass.`);
  expect(lines.at(-1)).toContain('explain meet-name');
});

test('a resolver that does not answer is no missing entry', async () => {
  const late = describeDnsError(Object.assign(new Error('queryA ETIMEOUT x'), {code: 'ETIMEOUT', hostname: 'x'}));
  const findRoute = () => Promise.reject(new Error(late));
  const {context} = openRound(createMemoryHost({}), signal);
  const found = await meetName({domain: 'a.example', blueprint: undefined, findRoute}).run(context);
  expect(found.summary).toBe('a.example could not be looked up: no DNS server answered in time.');
});

test.each([
  ['service-nginx', 'an active unit', {commands: {'systemctl is-active nginx.service': 'active\n'}}, 'ok', 'is active'],
  [
    'service-nginx',
    'a failed unit',
    {commands: {'systemctl is-active': {exitCode: 3, stdout: 'failed\n'}}},
    'failed',
    'is failed',
  ],
  ['service-nginx', 'no systemd', {}, 'failed', 'unknown to systemd'],
  ['container-web', 'a healthy container', {containers: {jitsi: [web]}}, 'ok', 'is healthy'],
  [
    'container-web',
    'an unhealthy one',
    {containers: {jitsi: [{...web, health: 'unhealthy'}]}},
    'failed',
    'running, unhealthy',
  ],
  ['container-web', 'a stopped one', {containers: {jitsi: [{...web, running: false}]}}, 'failed', 'stopped, healthy'],
  ['container-web', 'none', {}, 'failed', 'missing'],
  ['packet-forwarding', 'a kernel that forwards', {files: {'/proc/sys/net/ipv4/ip_forward': '1\n'}}, 'ok', 'forwards'],
  ['packet-forwarding', 'one that does not', {files: {'/proc/sys/net/ipv4/ip_forward': '0\n'}}, 'failed', 'no packets'],
  ['udp-buffers', 'large ones', {commands: {'sysctl -n': '10485760\n'}}, 'ok', '10485760 bytes'],
  ['udp-buffers', 'small ones', {commands: {'sysctl -n': '212992\n'}}, 'warning', 'does not allow'],
  ['udp-buffers', 'a kernel that shows none', {commands: {'sysctl -n': {exitCode: 255}}}, 'warning', 'does not allow'],
] as const)('%s with %s', async (code, _what, host, state, summary) => {
  const finding = await run(code, host as Parameters<typeof createMemoryHost>[0]);
  expect(finding).toMatchObject({state, summary: expect.stringContaining(summary)});
  expect(Boolean(finding?.remedy), 'only a fault has a remedy').toBe(state !== 'ok');
});

test('the output of the last health check is evidence', async () => {
  const unhealthy: ContainerState = {...web, health: 'unhealthy', healthOutput: 'curl: (22) 502\n'};
  expect(await run('container-web', {containers: {jitsi: [unhealthy]}})).toMatchObject({evidence: 'curl: (22) 502'});
});

const now = Date.parse('2026-11-22T08:30:00Z');

test.each([
  ['a good one', 'ninety-days', undefined, now, /valid for 68 more days/],
  ['one in its last hours', 'six-days', undefined, Date.parse('2026-11-25T20:00Z'), /valid for 0 more days/],
  ['an expired one', 'six-days', 'CERT_HAS_EXPIRED', Date.parse('2026-12-24'), /it expired on/],
  ['a stand-in', 'stand-in', 'DEPTH_ZERO_SELF_SIGNED_CERT', now, /self-signed/],
  ['one of an unknown authority', 'ninety-days', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', now, /not trusted here/],
])('a certificate is judged as a browser would: %s', (_what, name, fault, at, said) => {
  const shown = {certificate: new X509Certificate(pem(name)), fault, chain: []};
  const judge = () => judgeCertificate({name: 'meet.example.org', shown, now: at, route: 'here'});
  if (said.source.startsWith('valid'))
    expect(judge()).toMatchObject({state: 'ok', summary: expect.stringMatching(said)});
  else expect(judge).toThrow(said);
});

test('a certificate for another name is rejected', () => {
  const shown = {certificate: new X509Certificate(pem('ninety-days')), fault: undefined, chain: []};
  expect(() => judgeCertificate({name: 'turn.example.org', shown, now, route: 'here'})).toThrow(
    'it is for meet.example.org',
  );
});
