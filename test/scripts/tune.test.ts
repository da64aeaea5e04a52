import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'esbuild';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeQuickSegmenter} from '../../scripts/bundle/segmenter.ts';
import {edit, tune} from '../../scripts/bundle/tune.ts';

const bundled = join(tmpdir(), `jitsi-onebox-width-${process.pid}.mjs`);

afterAll(() => rm(bundled, {force: true}));

function bundle(name: string, contents: string) {
  return build({
    stdin: {contents, resolveDir: process.cwd()},
    outfile: bundled,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: tune.filter(plugin => plugin.name === name),
    logLevel: 'silent',
  });
}

describe('the quick width', () => {
  let quickWidth: typeof stringWidth;

  beforeAll(async () => {
    await bundle('fast-width', "export {default} from 'string-width';");
    quickWidth = (await import(bundled)).default;
  });

  test('is the real one for every character', () => {
    const codes = Array.from({length: 0x1_fb_ff}, (_, code) => code).filter(code => code < 0xd800 || code > 0xdfff);
    const wrong = codes.map(code => String.fromCodePoint(code)).filter(text => quickWidth(text) !== stringWidth(text));
    expect(wrong).toEqual([]);
  });

  test.each(['──╮', '\x1b[2m⠋ bien sûr …\x1b[22m', '✔️', '↔️', 'é\u0301', 'ｶﾞ', '👩‍👩‍👧 ok', '한글', '1\u20e3'])(
    'is the real one for %j',
    text => {
      expect(quickWidth(text)).toBe(stringWidth(text));
      expect(quickWidth(text, {ambiguousIsNarrow: false})).toBe(stringWidth(text, {ambiguousIsNarrow: false}));
    },
  );
});

describe('the quick segmenter', () => {
  const real = new Intl.Segmenter();
  const quick = makeQuickSegmenter();
  const pick = (segments: Iterable<{segment: string; index: number}>) =>
    Array.from(segments, ({segment, index}) => ({segment, index}));

  test('finds the characters that the real one finds', () => {
    const simple = fc.constantFrom(...'aé…─╮✔⠋↔▸ ', '\x1b[2m', '\r', '\n', '\u0301', '\u200d', '️', '👩', '한');
    fc.assert(
      fc.property(fc.array(simple), pieces => {
        const text = pieces.join('');
        expect(pick(quick.segment(text))).toEqual(pick(real.segment(text)));
      }),
    );
  });

  test('does without the real one where every character stands by itself', () => {
    expect(Array.isArray(quick.segment('─╮ \x1b[2m⠋ bien sûr …'))).toBe(true);
    expect(Array.isArray(quick.segment('✔️'))).toBe(false);
  });
});

describe('a dependency that has changed', () => {
  test.each(['nothing of it', 'twice: a, a'])('is not edited: %s', text => {
    const edits = [{from: 'a', to: 'b'}];
    expect(() => edit(text, {path: 'index.js', edits})).toThrow('index.js has changed');
  });

  test('or is not there at all stops the build', async () => {
    await expect(bundle('yoga-sync', 'export default 1;')).rejects.toThrow('yoga-sync: nothing');
  });
});
