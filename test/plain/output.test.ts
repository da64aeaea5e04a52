import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {watchOutput} from '../../src/plain/output.ts';

/** Makes a stream that takes everything, or fails like one of the system. */
function createStream(code?: string): Writable {
  const error = code === undefined ? null : Object.assign(new Error(`${code}: it failed, write`), {code});
  return new Writable({write: (_chunk, _encoding, done) => done(error)});
}

test.each([
  [undefined, undefined, false],
  ['EPIPE', undefined, true],
  ['ECONNRESET', undefined, true],
  ['ENOSPC', 'The output could not be written: ENOSPC: it failed, write.', true],
  ['EIO', 'The output could not be written: EIO: it failed, write.', true],
])('an output that ends with %s is reported as %j', async (code, said, isLost) => {
  const stdout = createStream(code);
  const output = watchOutput(stdout, createStream());
  stdout.write('answer');
  await new Promise(setImmediate);
  expect(output.lost.aborted).toBe(isLost);
  // What follows from the first failure does not hide it.
  expect(await output.finish()).toBe(said);
});

test('messages that nobody can read change nothing', async () => {
  const stderr = createStream('ENOSPC');
  const output = watchOutput(createStream(), stderr);
  stderr.write('message');
  expect(await output.finish()).toBeUndefined();
});
