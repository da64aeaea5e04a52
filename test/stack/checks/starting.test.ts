import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import type {Check, Proof} from '../../../src/model/check.ts';
import type {ContainerState} from '../../../src/model/host.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {demandCallable, openYoungParts, startLimit, withStart} from '../../../src/stack/checks/starting.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const {blueprint} = drawBlueprint(makeInput());
const now = Date.parse('2026-11-29T07:51:30Z');
const noJicofo = 'focus.meet.jitsi refused: service-unavailable';
const noAnswer = 'Jicofo is not ready for a conference: it did not answer within 10 seconds';
const noBridge = 'Jicofo did not invite every participant within 10 seconds';

const container = (service: string, age: number, more: Partial<ContainerState> = {}): ContainerState => ({
  ...{id: service, service, labels: {}, running: true, health: 'healthy', restarts: 0, healthOutput: ''},
  started: now - age,
  ...more,
});

/** As `systemctl show` printed it on trixie. */
const unit = (name: string, properties = '') =>
  `NRestarts=0\nId=${name}\nActiveState=active\nSubState=running\nStateChangeTimestamp=@1795938871\nInactiveExitTimestamp=@1795938871\nJob=\n${properties}`;
const names = ['nginx.service', 'haproxy.service', 'go-mmproxy-ssl.service', 'docker.service'];

type Recorded = {
  readonly containers?: readonly ContainerState[];
  /** What differs for a unit. */
  readonly units?: Readonly<Record<string, string>>;
};

/** Finds what explains a failure on a host that was recorded. */
async function explain(code: CheckCode, {containers = [], units = {}}: Recorded, proof: Partial<Proof> = {}) {
  const host = createMemoryHost({
    clock: now,
    containers: {jitsi: [...containers]},
    commands: {
      'systemctl show': names.map(name => unit(name, units[name])).join('\n'),
      'systemctl show --timestamp=unix --property=UserspaceTimestamp': 'UserspaceTimestamp=@1795938680\n',
    },
  });
  const check: Check = {code, run: async () => ({state: 'failed', summary: 'No.', ...proof})};
  const {context} = openRound(host, new AbortController().signal);
  const [waiting] = withStart(openYoungParts(blueprint), [check]);
  const found = (await waiting?.findStarting?.(await waiting.run(context), context)) ?? [];
  return found.map(({part, since, state}) => `${part} ${since.slice(11, 19)} ${state}`);
}

const second = 1000;

test.each<[string, CheckCode, Recorded, string[]]>([
  [
    'a container that is not healthy yet',
    'container-web',
    {containers: [container('web', 4 * second, {health: 'starting'})]},
    ['web 07:51:26 not healthy yet'],
  ],
  [
    'one for which it is too late',
    'container-web',
    {containers: [container('web', startLimit, {health: 'starting'})]},
    [],
  ],
  ['one of the future', 'container-web', {containers: [container('web', -second, {health: 'starting'})]}, []],
  ['an unhealthy one', 'container-web', {containers: [container('web', second, {health: 'unhealthy'})]}, []],
  ['a stopped one', 'container-web', {containers: [container('web', second, {running: false})]}, []],
  [
    'one that keeps dying',
    'container-web',
    {containers: [container('web', second, {health: 'starting', restarts: 3})]},
    [],
  ],
  ['a healthy one', 'container-web', {containers: [container('web', second)]}, []],
  [
    'a container that the check does not need',
    'meet-https',
    {containers: [container('jicofo', second, {health: 'starting'})]},
    [],
  ],
  ['what the relay must deny', 'turn-denies-lan', {containers: [container('turn', second, {health: 'starting'})]}, []],
  [
    'two parts',
    'xmpp-login',
    {containers: ['web', 'prosody'].map(name => container(name, 2 * second, {health: 'starting'}))},
    ['web 07:51:28 not healthy yet', 'prosody 07:51:28 not healthy yet'],
  ],
  [
    'a unit that is activating, which hides containers',
    'container-web',
    {
      units: {'docker.service': 'ActiveState=activating\nSubState=start\nInactiveExitTimestamp=@1795938687\n'},
      containers: [container('web', 4 * second, {health: 'starting'})],
    },
    ['docker 07:51:27 not active yet'],
  ],
  [
    'a unit that systemd starts again after a failure',
    'service-nginx',
    {units: {'nginx.service': 'ActiveState=activating\nSubState=auto-restart\nInactiveExitTimestamp=@1795938687\n'}},
    [],
  ],
  [
    'a unit that was restarted by itself',
    'service-nginx',
    {units: {'nginx.service': 'ActiveState=activating\nNRestarts=4\nInactiveExitTimestamp=@1795938687\n'}},
    [],
  ],
  [
    'a unit that waits for others after a boot',
    'service-nginx',
    {units: {'nginx.service': 'ActiveState=inactive\nStateChangeTimestamp=\nJob=87\n'}},
    ['nginx 07:51:20 not active yet'],
  ],
  [
    'a unit in the middle of its restart',
    'service-docker',
    {units: {'docker.service': 'ActiveState=deactivating\nStateChangeTimestamp=@1795938689\nJob=901\n'}},
    ['docker 07:51:29 not active yet'],
  ],
  ['a stopped unit', 'service-nginx', {units: {'nginx.service': 'ActiveState=inactive\n'}}, []],
])('%s, seen by %s', async (_what, code, recorded, expected) => {
  expect(await explain(code, recorded)).toEqual(expected);
});

test.each([
  ['Jicofo has not logged in', noJicofo, ['jicofo'], ['jicofo 07:51:20 not logged in yet']],
  ['Jicofo has not logged in again', noJicofo, ['prosody'], ['jicofo 07:51:20 not logged in yet']],
  ['Jicofo does not answer yet', noAnswer, ['jicofo'], ['jicofo 07:51:20 not logged in yet']],
  ['Jicofo is old and does not answer', noAnswer, ['videobridge'], []],
  ['Jicofo is old and should know', noJicofo, ['videobridge'], []],
  ['Jicofo does not know the bridge yet', noBridge, ['videobridge'], ['videobridge 07:51:20 not known to Jicofo yet']],
  ['all are old', noBridge, [], []],
  ['the failure has another reason', 'the bridge offers no DTLS fingerprint', ['jicofo', 'videobridge'], []],
])('a call where all containers are healthy, and %s', async (_what, evidence, young, expected) => {
  const containers = ['web', 'prosody', 'jicofo', 'videobridge'].map(name =>
    container(name, young.includes(name) ? 10 * second : startLimit),
  );
  expect(await explain('conference', {containers}, {evidence})).toEqual(expected);
});

test.each([
  ['the bridge is young', {videobridge: 10 * second}, ['videobridge 07:51:20 not known to Jicofo yet']],
  ['Prosody is young', {prosody: 10 * second}, ['videobridge 07:51:20 not known to Jicofo yet']],
  ['all are old', {}, []],
])('a Jicofo whose health names no bridge, and %s', async (_what, ages: Readonly<Record<string, number>>, expected) => {
  const evidence = 'No operational bridges available (total bridge count: 0)';
  const containers = ['prosody', 'videobridge'].map(name => container(name, ages[name] ?? startLimit));
  const jicofo = container('jicofo', startLimit, {health: 'unhealthy'});
  expect(await explain('container-jicofo', {containers: [...containers, jicofo]}, {evidence})).toEqual(expected);
  expect(await explain('container-jicofo', {containers: [...containers, jicofo]}, {evidence: 'refused'})).toEqual([]);
});

test('a refused login is excused only while Prosody may not have created the account', async () => {
  const containers = ['prosody', 'jicofo'].map(name => container(name, 10 * second));
  const expected = ['prosody 07:51:20 without this account yet'];
  expect(await explain('jicofo-login', {containers})).toEqual(expected);
  expect(await explain('jicofo-login', {containers}, {state: 'unknown'})).toEqual([]);
  expect(await explain('jicofo-login', {containers: [container('jicofo', 10 * second)]})).toEqual([]);
});

test.each<[string, Partial<ContainerState>, string | undefined]>([
  ['that is starting', {health: 'starting'}, 'no call before videobridge is up'],
  ['that is healthy', {}, undefined],
  ['that does not start in time', {health: 'starting', started: now - startLimit}, undefined],
])('beside a bridge %s, a call is placed only where it can succeed', async (_what, bridge, fault) => {
  const containers = {jitsi: [container('jicofo', second), container('videobridge', second, bridge)]};
  const host = createMemoryHost({
    clock: now,
    containers,
    commands: {'systemctl show': names.map(each => unit(each)).join('\n')},
  });
  const {context} = openRound(host, new AbortController().signal);
  const demanded = demandCallable(openYoungParts(blueprint), context);
  await (fault === undefined ? expect(demanded).resolves.toBeUndefined() : expect(demanded).rejects.toThrow(fault));
});
