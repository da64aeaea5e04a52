import {beforeEach, expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {showUpdates} from '../../src/commands/update.ts';
import {informOfHindrance} from '../../src/commands/update-messages.ts';
import {readNotice, settingsPath} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets} from '../stack/input.ts';

const sent = vi.hoisted((): {text: string}[] => []);
vi.mock('../../src/runs/deliver.ts', () => ({
  inform: async (_host: unknown, _settings: unknown, news: (typeof sent)[number]) => void sent.push(news),
}));
beforeEach(() => void sent.splice(0));

const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const now = Date.parse('2026-11-29T03:31:00Z');
const problem = {code: 'no-room', summary: 'The disk is full.', remedy: 'Free some space.'} as const;
const before = {at: '2026-11-20T03:31:00.000Z', code: 'no-room', summary: 'The disk is full.'};

test.each([
  ['that is new is sent', undefined, 1, '2026-11-29T03:31:00.000Z'],
  ['that is known is not sent again, and keeps its day', before, 0, before.at],
  ['after another one is sent', {...before, code: 'registry-unreachable'}, 1, '2026-11-29T03:31:00.000Z'],
])('a hindrance %s', async (_what, former, count, at) => {
  const host = createMemoryHost({
    clock: now,
    files: {[settingsPath]: settings, '/var/lib/jitsi-onebox': {directory: true}},
  });
  const invocation = readArguments(['update', '--check', '--scheduled']);
  await informOfHindrance({machine: {host}, invocation, assets} as unknown as CommandContext, problem, former);
  expect(sent).toHaveLength(count);
  expect((await readNotice(host))?.hindrance).toEqual({at, code: problem.code, summary: problem.summary});
});

test('a full disk is reported by the timer as what it is', async () => {
  const host = createMemoryHost({clock: now, files: {[settingsPath]: settings}});
  const detect = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'});
  };
  host.files.write = detect;
  const invocation = readArguments(['update', '--check', '--scheduled']);
  const context = {machine: {host, detect}, invocation, assets} as unknown as CommandContext;
  await expect(showUpdates(context, () => {})).rejects.toThrow('ENOSPC');
  expect(sent).toEqual([expect.objectContaining({text: expect.stringContaining('no space left on the disk')})]);
});
