import {beforeEach, expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {watchOnce} from '../../src/commands/watch.ts';
import type {Delivery} from '../../src/runs/deliver.ts';
import {settingsPath} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets} from '../stack/input.ts';

const round = vi.hoisted(() => ({deliveries: undefined as readonly unknown[] | undefined, saved: 0}));
vi.mock('../../src/engine/only-one.ts', () => ({runOnlyOne: (_lock: unknown, task: () => unknown) => task()}));
vi.mock('../../src/commands/context.ts', async importOriginal => ({
  ...(await importOriginal<object>()),
  detectFacts: async () => ({}),
  drawStackFor: async () => ({checks: []}),
}));
vi.mock('../../src/runs/round.ts', () => ({
  lookAround: async () => ({
    items: [{at: '2026-11-29T03:31:00.000Z', kind: 'failed', title: 'Web container', text: 'It does not run.'}],
    async save() {
      round.saved += 1;
    },
  }),
}));
vi.mock('../../src/runs/deliver.ts', async importOriginal => ({
  ...(await importOriginal<object>()),
  deliver: async () => round.deliveries,
}));
beforeEach(() => void Object.assign(round, {deliveries: undefined, saved: 0}));

const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const way = {name: 'mail', target: 'a@example.org'};

async function watch(...options: readonly string[]) {
  const machine = {host: createMemoryHost({files: {[settingsPath]: settings}})};
  const invocation = readArguments(['doctor', '--watch', ...options]);
  const printed: string[] = [];
  const context = {machine, invocation, assets} as unknown as CommandContext;
  const exit = await watchOnce(context, text => printed.push(text));
  return {exit, printed: printed.join('\n')};
}

test.each<[string, Delivery | object, number, string]>([
  ['are sent', {way, answer: '250 ok'}, 0, 'mail to a@example.org: sent (250 ok).'],
  ['wait in the outbox', {way, fault: 'refused'}, 1, 'mail to a@example.org: not sent: refused.'],
])('a round is saved when its messages %s', async (_what, delivery, status, said) => {
  round.deliveries = [delivery];
  const {exit, printed} = await watch();
  expect([exit, round.saved]).toEqual([status, 1]);
  expect(printed).toContain(said);
});

test('a round whose messages are nowhere yet is skipped and not saved, so that the next one reports the same', async () => {
  const {exit, printed} = await watch();
  expect([exit, round.saved]).toEqual([0, 0]);
  expect(printed).toMatch(/Web container[\s\S]*the next round reports this\.$/);
  expect(JSON.parse((await watch('--json')).printed)).toEqual({
    items: [],
    deliveries: [],
    skipped: 'Another process sends messages and does not end, so the next round reports this.',
  });
});
