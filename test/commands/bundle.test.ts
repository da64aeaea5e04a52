import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import {mayWrite} from '../../src/commands/bundle.ts';

/** Types words in answer to the question, and returns the decision with everything that was shown. */
async function type(...words: readonly string[]) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  stdin.end(words.map(word => `${word}\n`).join(''));
  const shown = text(stdout);
  const decision = await mayWrite({stdin, stdout}, {file: '/root/help.txt', text: '===== Facts ====='});
  stdout.end();
  return {decision, shown: await shown};
}

test('a bundle is written only after a yes', async () => {
  expect((await type('yes')).decision).toBe(true);
  for (const words of [['no'], [], ['perhaps', 'no']]) expect((await type(...words)).decision).toBe(false);
});

test('all of it can be read before', async () => {
  const {decision, shown} = await type('show', 'yes');
  expect(decision).toBe(true);
  expect(shown).toMatch(/Write this into \/root\/help\.txt\?.*===== Facts =====/s);
  expect((await type('no')).shown).not.toContain('Facts');
});
