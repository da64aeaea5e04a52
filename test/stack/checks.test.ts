import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {checks} from '../../src/stack/checks.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeWish} from './wish.ts';

const {blueprint} = drawBlueprint(makeWish());
const {signal} = new AbortController();
const run = (code: string, host: Parameters<typeof createMemoryHost>[0]) =>
  checks(blueprint)
    .find(check => check.code === code)
    ?.run({host: createMemoryHost(host), signal});

const web: ContainerState = {
  id: 'c1',
  service: 'web',
  labels: {},
  running: true,
  health: 'healthy',
  started: 1,
  healthOutput: '',
};
const pem = (name: string) => readFileSync(new URL(`../resources/certificates/${name}.pem`, import.meta.url), 'utf8');
const served = (text: string) => ({'/etc/jitsi-onebox/tls/meet.example.org/fullchain.pem': text});

test('every part has a check, under a code of its own', () => {
  const codes = checks(blueprint).map(({code}) => code);
  expect(codes).toEqual([
    'service-nginx',
    'service-haproxy',
    'service-mmproxy',
    'service-docker',
    'container-web',
    'container-prosody',
    'container-jicofo',
    'container-videobridge',
    'container-turn',
    'meet-certificate',
    'udp-buffers',
  ]);
});

test.each([
  [
    'service-nginx',
    'a unit that runs',
    {commands: {'systemctl is-active nginx.service': 'active\n'}},
    'ok',
    'is active',
  ],
  [
    'service-nginx',
    'one that does not',
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
  ['container-web', 'none', {}, 'failed', 'not there'],
  ['meet-certificate', 'a good certificate', {files: served(pem('ninety-days'))}, 'ok', 'holds for 68 more days'],
  [
    'meet-certificate',
    'one in its last hours',
    {files: served(pem('six-days')), clock: Date.parse('2026-11-25T20:00Z')},
    'ok',
    'holds for 0 more days',
  ],
  [
    'meet-certificate',
    'an expired one',
    {files: served(pem('six-days')), clock: Date.parse('2026-12-24')},
    'failed',
    'has expired',
  ],
  ['meet-certificate', 'only the stand-in', {files: served(pem('stand-in'))}, 'failed', 'self-signed stand-in'],
  ['meet-certificate', 'none', {}, 'failed', 'no certificate'],
  ['udp-buffers', 'large ones', {commands: {'sysctl -n': '10485760\n'}}, 'ok', '10485760 bytes'],
  ['udp-buffers', 'small ones', {commands: {'sysctl -n': '212992\n'}}, 'warning', 'does not allow'],
  ['udp-buffers', 'a kernel that shows none', {commands: {'sysctl -n': {exitCode: 255}}}, 'warning', 'does not allow'],
] as const)('%s with %s', async (code, _what, host, state, summary) => {
  const finding = await run(code, host as Parameters<typeof createMemoryHost>[0]);
  expect(finding).toMatchObject({state, summary: expect.stringContaining(summary)});
  expect(Boolean(finding?.remedy), 'what is wrong has a remedy, and only that').toBe(state !== 'ok');
});

test('what the last health check printed is evidence', async () => {
  const unhealthy: ContainerState = {...web, health: 'unhealthy', healthOutput: 'curl: (22) 502\n'};
  expect(await run('container-web', {containers: {jitsi: [unhealthy]}})).toMatchObject({evidence: 'curl: (22) 502'});
});
