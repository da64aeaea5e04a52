import {expect, test} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import type {Change} from '../../src/model/plan.ts';
import type {ChangeKind} from '../../src/model/resource.ts';
import {inventRoom} from '../../src/network/xmpp/call.ts';
import {
  findMeetings,
  interruptsMeetings,
  type Meetings,
  nameMeetings,
  warnOfInterruption,
} from '../../src/stack/meetings.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const project = {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker', 'compose']} as const;

const container: ContainerState = {
  ...{id: '', service: '', labels: {}, running: true, started: 1, restarts: 0, healthOutput: ''},
  health: 'healthy',
};

type Server = {
  /** The answers of the programs that run. */
  readonly jicofo?: object | string | {readonly exitCode: number};
  readonly bridge?: object | string | {readonly exitCode: number};
  /** Seconds since they started. */
  readonly age?: number;
};

const ports = {jicofo: 8888, videobridge: 8080};

/** A host with the programs that answer; others are stopped. */
function createServer({jicofo, bridge, age = 3600}: Server) {
  const clock = Date.parse('2026-11-22T08:30:00Z');
  const programs = {jicofo, videobridge: bridge};
  const services = ['jicofo', 'videobridge'] as const;
  const curl = 'curl --silent --fail --max-time 5 http://127.0.0.1';
  const commands = services.map(service => {
    const answer = programs[service];
    const said = typeof answer === 'object' && !('exitCode' in answer) ? JSON.stringify(answer) : answer;
    return [`docker exec ${service}-id ${curl}:${ports[service]}/debug`, said ?? ''] as const;
  });
  const jitsi = services.map(service => ({
    ...container,
    id: `${service}-id`,
    service,
    running: programs[service] !== undefined,
    started: clock - age * 1000,
  }));
  return createMemoryHost({clock, containers: {jitsi}, commands: Object.fromEntries(commands)});
}

const rooms = (sizes: Readonly<Record<string, number>>) => ({focus_manager: sizes});
const conferences = (...ids: readonly string[]) => ({
  load: 0,
  conferences: Object.fromEntries(ids.map(id => [id, {}])),
});
const silent = {exitCode: 28};

const change = (kind: string, verb: ChangeKind): Change => ({
  ...{id: `${kind}:x`, title: `The ${kind}`, place: 'jicofo', kind, change: verb, needs: [], locks: []},
  differences: [{change: verb, summary: ''}],
});

const none = {count: 0, participants: 0};

const own = {[inventRoom()]: 3, '__jicofo-health-check-17@muc.meet.jitsi': 0};
const mine = {'onebox-check-in@muc.meet.jitsi': 2, 'standup@muc.meet.jitsi': 3};

test.each<[string, Meetings | undefined, Server]>([
  [
    'two meetings, beside a test call and a check of health',
    {count: 2, participants: 5},
    {jicofo: rooms({...own, ...mine})},
  ],
  ['somebody alone', {count: 1, participants: 1}, {jicofo: rooms({'a@muc.meet.jitsi': 0})}],
  ['none', none, {jicofo: rooms({})}],
  ['only a test call and a check of health', none, {jicofo: rooms(own)}],
  ['a stopped server', none, {}],
  ['a stopped Jicofo beside a bridge', undefined, {bridge: conferences()}],
  ['a silent Jicofo', undefined, {jicofo: silent}],
  ['an answer about something else', undefined, {jicofo: {}}],
  ['sizes that are no numbers', undefined, {jicofo: {focus_manager: {a: {size: 1}}}}],
  ['an answer that is no JSON', undefined, {jicofo: '<html>'}],
])('%s: %j', async (_name, meetings, server) => {
  expect(await findMeetings(createServer(server), {project})).toEqual(meetings);
});

const unknown = 'Neither Jicofo nor the bridge answers.';

test.each<[string | undefined, string, Server]>([
  ['the meeting of 1 participant', 'one', {jicofo: rooms({'a@muc.meet.jitsi': 0})}],
  ['the last of 2 meetings with 5 participants', 'two', {jicofo: rooms(mine)}],
  [undefined, 'none, whatever the bridge still has', {jicofo: rooms({}), bridge: conferences('a')}],
  ['the end of 1 meeting on the bridge', 'a new Jicofo', {jicofo: rooms({}), bridge: conferences('a'), age: 119}],
  [
    'the meeting of 2 participants',
    'a new Jicofo that has one',
    {jicofo: rooms({a: 2}), bridge: conferences('b'), age: 1},
  ],
  [undefined, 'a new Jicofo, and a bridge that nobody uses', {jicofo: rooms({}), bridge: conferences(), age: 1}],
  [undefined, 'a new Jicofo, and a silent bridge', {jicofo: rooms({}), bridge: silent, age: 1}],
  ['the end of 1 meeting on the bridge', 'a silent Jicofo', {jicofo: silent, bridge: conferences('a')}],
  ['the end of 2 meetings on the bridge', 'a Jicofo that crashed', {bridge: conferences('a', 'b')}],
  [undefined, 'a silent Jicofo, and a bridge that nobody uses', {jicofo: silent, bridge: conferences()}],
  [unknown, 'two silent programs', {jicofo: silent, bridge: silent}],
  [unknown, 'a Jicofo that crashed, and a silent bridge', {bridge: silent}],
  [unknown, 'a silent Jicofo without a bridge', {jicofo: silent}],
  [undefined, 'a stopped server', {}],
])('a change waits for: %s (%s)', async (name, _what, server) => {
  const found = nameMeetings(createServer(server), {project}).catch(({message}) => message);
  expect(await found).toBe(name);
});

test.each<[boolean, string, ChangeKind]>([
  [true, 'compose-service', 'update'],
  [true, 'compose-service', 'restart'],
  [true, 'compose-network', 'remove'],
  [true, 'firewall-rule', 'restart'],
  [true, 'systemd-unit', 'restart'],
  [false, 'systemd-unit', 'reload'],
  [false, 'compose-service', 'create'],
  [false, 'compose-service', 'start'],
  [false, 'file', 'update'],
])('%s: a %s that is to %s interrupts meetings', (does, kind, verb) => {
  expect(interruptsMeetings(change(kind, verb))).toBe(does);
});

test('a plan that interrupts meetings says how many participants, and how to wait', async () => {
  const changes = [change('file', 'update'), change('compose-service', 'update')];
  const warn = async (meetings: Meetings | undefined) =>
    (await warnOfInterruption(changes, async () => meetings))?.summary;
  expect(await warn({count: 2, participants: 5})).toBe('This interrupts meetings: 5 participants in 2 meetings now.');
  expect(await warn(none)).toBe('This interrupts meetings: nobody is in one now.');
  expect(await warn(undefined)).toContain('not known');
  expect(await warnOfInterruption(changes, async () => none)).toMatchObject({
    code: 'meetings-interrupted',
    why: expect.stringContaining('because of: The compose-service.'),
    remedy: expect.stringContaining('--when-idle'),
  });
});

test('a plan that interrupts no meeting does not ask for them', async () => {
  const count = () => Promise.reject(new Error('asked'));
  expect(await warnOfInterruption([change('compose-service', 'create')], count)).toBeUndefined();
});
