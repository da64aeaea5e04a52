import {expect, test} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import type {Change} from '../../src/model/plan.ts';
import type {ChangeKind} from '../../src/model/resource.ts';
import {
  findMeetings,
  interruptsMeetings,
  type Meetings,
  nameMeetings,
  warnOfInterruption,
} from '../../src/stack/meetings.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const project = {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker', 'compose']} as const;

const jicofo: ContainerState = {
  ...{id: 'c0ffee', service: 'jicofo', labels: {}, running: true, started: 1, restarts: 0, healthOutput: ''},
  health: 'healthy',
};

function ask(answer: string | {exitCode: number}, more: {running?: boolean} = {}) {
  const containers = {jitsi: [{...jicofo, ...more}]};
  const host = createMemoryHost({containers, commands: {'docker exec c0ffee curl': answer}});
  return findMeetings(host, {project});
}

const change = (kind: string, verb: ChangeKind): Change => ({
  ...{id: `${kind}:x`, title: `The ${kind}`, place: 'jicofo', kind, change: verb, needs: [], locks: []},
  differences: [{change: verb, summary: ''}],
});

const none = {count: 0, participants: 0};

test.each<[string, Awaited<ReturnType<typeof ask>>, Parameters<typeof ask>]>([
  ['two meetings', {count: 2, participants: 5}, ['{"conferences": 2, "participants": 5, "largest_conference": 3}']],
  ['none', none, ['{"conferences": 0, "participants": 0}']],
  ['a stopped Jicofo', none, ['', {running: false}]],
  ['a silent Jicofo', undefined, [{exitCode: 28}]],
  ['an answer about something else', undefined, ['{}']],
  ['an answer that is no JSON', undefined, ['<html>']],
])('%s: %j', async (_name, meetings, question) => {
  expect(await ask(...question)).toEqual(meetings);
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

test.each<[string, Meetings]>([
  ['the meeting of 1 participant', {count: 1, participants: 1}],
  ['the last of 2 meetings with 5 participants', {count: 2, participants: 5}],
])('a change waits for %s', (name, meetings) => {
  expect(nameMeetings(meetings)).toBe(name);
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
