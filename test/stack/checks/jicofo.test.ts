import {describe, expect, test} from 'vitest';
import {runChecks} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import type {CheckResult, Proof} from '../../../src/model/check.ts';
import type {ContainerState} from '../../../src/model/host.ts';
import {causesOfNoBridge} from '../../../src/stack/checks/host.ts';
import {startLimit} from '../../../src/stack/checks/starting.ts';
import {drawStack} from '../../../src/stack/index.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const {checks} = drawStack(makeInput());
const clock = Date.parse('2026-11-29T07:51:30Z');
const services = ['web', 'prosody', 'jicofo', 'videobridge', 'turn'];
const codes = [...services.map(name => `container-${name}`), 'service-docker', 'jicofo-login', 'videobridge-login'];
const refused: Proof = {state: 'failed', summary: 'Refused.', isCertain: true};
const healthOutput = 'curl: (22) 500\nNo operational bridges available (total bridge count: 0)';
const hasNoBridge = {health: 'unhealthy', healthOutput} as const;

type Scene = {
  readonly containers?: Readonly<Record<string, Partial<ContainerState>>>;
  readonly findings?: Readonly<Partial<Record<CheckCode, Proof>>>;
};

/** Runs the checks of the parts and their passwords, and a call that fails; returns what does not pass, and why. */
async function look({containers = {}, findings = {}}: Scene): Promise<Readonly<Record<string, string>>> {
  const proofs: typeof findings = {conference: {state: 'failed', summary: 'No call.'}, ...findings};
  const some = checks
    .filter(({code}) => codes.includes(code) || code === 'conference')
    .map(each => ({
      ...each,
      run: async (context: Parameters<typeof each.run>[0]) => proofs[each.code] ?? each.run(context),
    }));
  const states = services.map(
    (service): ContainerState => ({
      ...{id: service, service, labels: {}, running: true, health: 'healthy', restarts: 0, healthOutput: ''},
      ...{started: clock - startLimit, ...containers[service]},
    }),
  );
  const commands = {'systemctl is-active': 'active\nactive\nactive\nactive\n', 'systemctl show': ''};
  const host = createMemoryHost({clock, commands, containers: {jitsi: states}});
  const results = await runChecks({checks: some, host, signal: new AbortController().signal});
  const describe = ({state, cause}: CheckResult) => (cause === undefined ? state : `not tried: ${cause}`);
  return Object.fromEntries(results.filter(({state}) => state !== 'ok').map(each => [each.code, describe(each)]));
}

const taken: Proof = {state: 'ok', summary: 'Taken.'};
const takes = {'jicofo-login': taken, 'videobridge-login': taken};

describe('an unhealthy Jicofo, since it knows no bridge,', () => {
  test.each<[string, Scene, Readonly<Record<string, string>>]>([
    [
      'is a wrong password of Jicofo',
      {findings: {...takes, 'jicofo-login': refused}},
      {'jicofo-login': 'failed', 'container-jicofo': 'not tried: jicofo-login', conference: 'not tried: jicofo-login'},
    ],
    [
      'is a wrong password of the bridge',
      {findings: {...takes, 'videobridge-login': refused}},
      {
        'videobridge-login': 'failed',
        'container-jicofo': 'not tried: videobridge-login',
        conference: 'not tried: videobridge-login',
      },
    ],
    [
      'is a bridge that is stopped',
      {findings: {'jicofo-login': taken}, containers: {videobridge: {running: false}}},
      {
        'container-videobridge': 'failed',
        'videobridge-login': 'not tried: container-videobridge',
        'container-jicofo': 'not tried: container-videobridge',
        conference: 'not tried: container-videobridge',
      },
    ],
    [
      'waits for a bridge that has just started',
      {findings: takes, containers: {videobridge: {started: clock - 5000}}},
      {'container-jicofo': 'starting', conference: 'starting'},
    ],
    [
      'is its own fault if all else works',
      {findings: takes},
      {'container-jicofo': 'failed', conference: 'not tried: container-jicofo'},
    ],
  ])('%s', async (_what, {containers, findings = {}}, expected) => {
    expect(await look({containers: {jicofo: hasNoBridge, ...containers}, findings})).toEqual(expected);
  });
});

test('a stopped Jicofo is named, whatever the bridge does, and so is one that is unhealthy for another reason', async () => {
  const stopped = {jicofo: {...hasNoBridge, running: false}, videobridge: {running: false}};
  expect(await look({containers: stopped})).toEqual({
    'container-jicofo': 'failed',
    'container-videobridge': 'failed',
    'jicofo-login': 'not tried: container-jicofo',
    'videobridge-login': 'not tried: container-videobridge',
    conference: 'not tried: container-jicofo',
  });
  const ill = {jicofo: {health: 'unhealthy', healthOutput: 'Connection refused'}} as const;
  const findings = {...takes, 'jicofo-login': refused};
  expect(await look({containers: ill, findings})).toMatchObject({
    'container-jicofo': 'failed',
    'jicofo-login': 'failed',
  });
});

test('nothing that explains Jicofo’s health waits for it', () => {
  const follow = (code: CheckCode): void => {
    expect(code).not.toBe('container-jicofo');
    for (const each of checks.find(check => check.code === code)?.after ?? []) follow(each);
  };
  for (const code of causesOfNoBridge) follow(code);
});
