import {EventEmitter} from 'node:events';
import {expect, test} from 'vitest';
import {heedInterrupts} from '../../src/plain/interrupts.ts';

const countListeners = (signals: EventEmitter) => signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM');

test.each(['SIGINT', 'SIGTERM'])(
  '%s stops an answer, which closes what it opened; a second one is not heeded',
  async name => {
    const signals = new EventEmitter();
    const closing = Promise.withResolvers<number>();
    const exit = heedInterrupts(signals, async stop => {
      signals.emit(name);
      expect(stop.aborted).toBe(true);
      expect(countListeners(signals)).toBe(0);
      return closing.promise;
    });
    closing.resolve(0);
    expect(await exit).toBe(130);
  },
);

test('an answer that a stop breaks off is stopped, too', async () => {
  const signals = new EventEmitter();
  const exit = heedInterrupts(signals, async stop => {
    signals.emit('SIGINT');
    stop.throwIfAborted();
    return 0;
  });
  expect(await exit).toBe(130);
});

test('without a stop, an answer has its own end', async () => {
  const signals = new EventEmitter();
  expect(await heedInterrupts(signals, async () => 75)).toBe(75);
  await expect(heedInterrupts(signals, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(countListeners(signals)).toBe(0);
});
