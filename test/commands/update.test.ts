import {beforeEach, describe, expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {showUpdates, update} from '../../src/commands/update.ts';
import {Problem, type ProblemReport} from '../../src/model/problem.ts';
import type {Ui} from '../../src/model/ui.ts';
import {type Notice, readNotice, settingsPath} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets} from '../stack/input.ts';

const fakes = vi.hoisted(() => ({
  sent: [] as {title: string; text: string}[],
  problems: [] as ProblemReport[],
  damage: undefined as Error | undefined,
  exit: 0,
}));
vi.mock('../../src/runs/deliver.ts', () => ({
  inform: async (_host: unknown, _settings: unknown, news: (typeof fakes.sent)[number]) => void fakes.sent.push(news),
}));
vi.mock('../../src/undo/broken-update.ts', () => ({findBrokenUpdate: async () => '20261129T033100Z'}));
vi.mock('../../src/runs/watch.ts', () => ({watchRun: async () => ({exit: fakes.exit})}));
vi.mock('../../src/runs/plan.ts', () => ({
  approve: (request: unknown) => request,
  async planRun() {
    if (fakes.damage) throw fakes.damage;
    return {changes: [], problems: fakes.problems};
  },
}));
vi.mock('../../src/commands/context.ts', async original => ({
  ...(await original<object>()),
  detectFacts: async () => ({}),
  drawStackFor: async () => ({blueprint: {project: {directory: '/srv/jitsi'}}, updates: {}}),
}));
vi.mock('../../src/stack/index.ts', async original => ({
  ...(await original<object>()),
  findNews: async () => ({images: [], isPinned: false, isRebuilt: false, releases: []}),
}));
beforeEach(() => void Object.assign(fakes, {sent: [], problems: [], damage: undefined, exit: 0}));

const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const at = '2026-11-29T03:31:00.000Z';
const unreachable = new Problem({code: 'registry-unreachable', summary: 'Nothing answers.', remedy: 'Wait.'});
const damaged = new Problem({code: 'snapshot-damaged', summary: 'A snapshot is damaged.', remedy: 'Restore it.'});
const obstacle = {code: 'bug', summary: 'An obstacle.', remedy: 'Remove it.'} as const;

/** A host, and a command on it. */
function prepare(argv: readonly string[], notice?: Partial<Notice>) {
  const known = notice && {
    '/var/lib/jitsi-onebox/update.json': JSON.stringify({v: 1, checked: at, images: {}, ...notice}),
  };
  const host = createMemoryHost({
    clock: Date.parse(at),
    files: {
      [settingsPath]: settings,
      '/srv/jitsi/compose.yaml': '',
      '/var/lib/jitsi-onebox': {directory: true},
      '/run/systemd/system': {directory: true},
      ...known,
    },
    commands: {systemctl: {exitCode: 3}},
  });
  const machine = {host, start: async () => ({})};
  const invocation = readArguments(['update', ...argv]);
  const signal = new AbortController().signal;
  return {host, context: {machine, invocation, assets, signal} as unknown as CommandContext};
}

const ui = {showProblems: async () => undefined, report: async () => undefined} as unknown as Ui;
const failures = [
  ['meets an obstacle', {problems: [obstacle]}],
  ['meets a damaged snapshot', {damage: damaged}],
  ['fails', {exit: 1}],
] as const;

describe.each(failures)('an interrupted update whose undo %s', (_what, failure) => {
  const tryUpdate = async (argv: readonly string[], notice?: Partial<Notice>) => {
    Object.assign(fakes, failure);
    const {host, context} = prepare(argv, notice);
    expect(await update(context, ui).catch(() => 1)).toBe(1);
    return host;
  };

  test('is reported at every boot', async () => {
    await tryUpdate(['--recover']);
    expect(fakes.sent).toMatchObject([{kind: 'failed', title: 'Undo of an interrupted update'}]);
  });

  test('is reported once by the timer, and noted for status', async () => {
    const host = await tryUpdate(['--now', '--scheduled']);
    expect(fakes.sent).toMatchObject([{kind: 'failed', title: 'Scheduled updates'}]);
    const {hindrance} = (await readNotice(host)) ?? {};
    expect(hindrance).toBeDefined();
    await tryUpdate(['--now', '--scheduled'], {hindrance});
    expect(fakes.sent).toHaveLength(1);
  });

  test('is not sent to somebody who asked', async () => {
    await tryUpdate(['--now']);
    expect(fakes.sent).toEqual([]);
  });
});

test.each(['--recover', '--scheduled'])('an update that %s took back is reported', async how => {
  const {context} = prepare(how === '--recover' ? [how] : ['--now', how]);
  await update(context, ui).catch(() => undefined);
  expect(fakes.sent[0]).toMatchObject({title: 'An interrupted update was taken back'});
});

const hindrance = {at: '2026-11-20T03:31:00.000Z', code: 'registry-unreachable', summary: 'Nothing answers.'};
const blocked = {at: '2026-11-20T03:31:00.000Z', checks: ['service-nginx']};

test.each([
  ['the timer ends', ['--check', '--scheduled'], undefined],
  ['somebody else keeps', ['--check'], {hindrance, blocked}],
] as const)('a look by %s what kept the timer from an update', async (_who, argv, kept) => {
  const {host, context} = prepare(argv, {hindrance, blocked});
  await showUpdates(context, () => {});
  const {hindrance: one, blocked: other} = (await readNotice(host)) ?? {};
  expect([one, other]).toEqual([kept?.hindrance, kept?.blocked]);
});

test('an error after a look is compared with what was known before the look', async () => {
  const {host, context} = prepare(['--now', '--scheduled'], {hindrance});
  const report = () => Promise.reject(unreachable);
  await expect(update(context, {...ui, report} as unknown as Ui)).rejects.toThrow('Nothing answers');
  expect(fakes.sent.filter(({title}) => title === 'Scheduled updates')).toEqual([]);
  expect((await readNotice(host))?.hindrance).toEqual(hindrance);
});
