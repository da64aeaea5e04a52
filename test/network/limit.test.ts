import {expect, test} from 'vitest';
import {openInbox} from '../../src/network/inbox.ts';
import {limit} from '../../src/network/limit.ts';

const {signal} = new AbortController();
const never = new Promise<never>(() => {});

test('a task in time gives its answer, or its own error', async () => {
  expect(await limit(1000, signal, async () => 7)).toBe(7);
  await expect(limit(1000, signal, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('a task that heeds no signal ends all the same, in plain words', async () => {
  await expect(limit(100, signal, () => never)).rejects.toThrow('no answer within 0.1 seconds');
});

test('a stop from outside is no lateness', async () => {
  const stop = new AbortController();
  const ended = limit(1000, stop.signal, () => never);
  stop.abort(new Error('stopped'));
  await expect(ended).rejects.toThrow('stopped');
});

test('an inbox gives everybody what he waits for, and ends every wait', async () => {
  const inbox = openInbox<number>();
  const [even, odd, large] = [
    inbox.next(each => (each % 2 === 0 ? `even ${each}` : undefined)),
    inbox.next(each => (each % 2 === 1 ? `odd ${each}` : undefined)),
    inbox.next(each => (each > 100 ? each : undefined)),
  ];
  for (const each of [3, 4, 5]) inbox.hear(each);
  expect(await Promise.all([even, odd])).toEqual(['even 4', 'odd 3']);
  inbox.end(new Error('closed'));
  await expect(large).rejects.toThrow('closed');
  await expect(inbox.next(each => each)).rejects.toThrow('closed');
});
