import {beforeEach, expect, test, vi} from 'vitest';
import {
  type AddressNews,
  informOfAddress,
  informOfChange,
  informOfHindrance,
  informOfRefusal,
} from '../../src/commands/address-messages.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {Problem} from '../../src/model/problem.ts';
import {exits} from '../../src/model/program.ts';

const sent = vi.hoisted((): {kind?: string; title: string; text: string}[] => []);
vi.mock('../../src/runs/deliver.ts', () => ({
  inform: async (_host: unknown, _settings: unknown, news: (typeof sent)[number]) => void sent.push(news),
}));
beforeEach(() => void sent.splice(0));

const contextOf = (scheduled: boolean) => ({machine: {}, invocation: {scheduled}}) as unknown as CommandContext;
const newsOf = (isKnown: boolean, mode: 'on' | 'off' = 'off') =>
  ({settings: {watch: {mode}}, seen: '198.51.100.77', inUse: '198.51.100.10', isKnown}) as unknown as AddressNews;

test.each<[string, boolean, AddressNews, number]>([
  ['at the first look', true, newsOf(false), 1],
  ['not at the next one', true, newsOf(true), 0],
  ['not where the regular checks report it', true, newsOf(false, 'on'), 0],
  ['not to somebody who asked', false, newsOf(false), 0],
])('an address that is not followed is reported %s', async (_when, scheduled, news, count) => {
  await informOfAddress(contextOf(scheduled), news);
  expect(sent).toHaveLength(count);
});

test('DNS entries that were refused are reported once, with the words of the provider', async () => {
  for (const isKnown of [false, true]) await informOfRefusal(contextOf(true), newsOf(isKnown), 'badauth');
  expect(sent).toMatchObject([{kind: 'failed', text: 'badauth'}]);
});

test('an obstacle that keeps the timer from a change is reported once', async () => {
  const problem = new Problem({code: 'other-changes', summary: 'Other changes wait.', remedy: 'Apply them.'});
  for (const isKnown of [false, true]) await informOfHindrance(contextOf(true), newsOf(isKnown), problem);
  expect(sent).toMatchObject([{kind: 'failed', text: expect.stringContaining('Other changes wait.')}]);
});

test('a change by the timer is reported with both addresses, a failure of it once, and an open one not', async () => {
  const ends = [
    [exits.failed, false],
    [exits.failed, true],
    [exits.starting, false],
    [exits.done, true],
  ] as const;
  for (const [exit, isKnown] of ends) expect(await informOfChange(contextOf(true), newsOf(isKnown), exit)).toBe(exit);
  expect(sent.map(({kind, text}) => [kind, text])).toEqual([
    ['failed', 'The public address is 198.51.100.77, and participants are still sent to 198.51.100.10.'],
    [undefined, 'Participants are sent to 198.51.100.77 now, no longer to 198.51.100.10.'],
  ]);
});
