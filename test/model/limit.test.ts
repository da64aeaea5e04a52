import {expect, test} from 'vitest';
import {limit} from '../../src/model/limit.ts';

const {signal} = new AbortController();
const never = new Promise<never>(() => {});

test('a task in time returns its answer, or its own error', async () => {
  expect(await limit(1000, signal, async () => 7)).toBe(7);
  await expect(limit(1000, signal, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('a task that ignores its signal ends, too, with plain words', async () => {
  await expect(limit(100, signal, () => never)).rejects.toThrow('no answer within 0.1 seconds');
});

test('a stop from outside is not reported as late', async () => {
  const stop = new AbortController();
  const ended = limit(1000, stop.signal, () => never);
  stop.abort(new Error('stopped'));
  await expect(ended).rejects.toThrow('stopped');
});
