import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build, type Plugin} from 'esbuild';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import lock from '../../package-lock.json' with {type: 'json'};
import {patchDependency, patchNames, readPatch} from '../../scripts/bundle/patches.ts';
import {QuickSegmenter} from '../../scripts/bundle/segmenter.ts';

const bundled = join(tmpdir(), `jitsi-onebox-width-${process.pid}.mjs`);

afterAll(() => rm(bundled, {force: true}));

function bundle(plugin: Plugin, contents: string) {
  return build({
    stdin: {contents, resolveDir: process.cwd()},
    outfile: bundled,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [plugin],
    logLevel: 'silent',
  });
}

describe.each(patchNames)('the patch %s', name => {
  test('is for the version that is locked', () => {
    const [dependency, version] = name.split('@');
    const packages: Readonly<Record<string, {version?: string}>> = lock.packages;
    expect(packages[`node_modules/${dependency}`]?.version).toBe(version);
  });

  test('says what it saves, how that is measured, and what upstream knows of it', () => {
    const [header = ''] = readPatch(name).split('\n--- ');
    expect(header).toMatch(/^Saves: .*\d+ (ms|MB|%)/m);
    expect(header).toContain(`--without ${name}`);
    expect(header).toMatch(/^Measured: scripts\/bench \d+/m);
    expect(header).toMatch(/^Upstream: (not reported|https:\/\/)/m);
  });
});

describe('a patch that does not fit', () => {
  const [name = ''] = patchNames.filter(each => each.startsWith('string-width@'));
  const width = "export {default} from 'string-width';";

  test('because the dependency has another version stops the build', async () => {
    await expect(bundle(patchDependency('string-width@8.2.0', readPatch(name)), width)).rejects.toThrow(
      /string-width@8\.2\.0\.patch does not fit .*index\.js of string-width 8\.3\.0/,
    );
  });

  test('because the text has changed stops the build', async () => {
    const text = readPatch(name).replace('-const rgiEmojiRegex', '-let rgiEmojiRegex');
    await expect(bundle(patchDependency(name, text), width)).rejects.toThrow('does not fit');
  });

  test('because the file is not bundled stops the build', async () => {
    await expect(bundle(patchDependency(name), 'export default 1;')).rejects.toThrow('not part of the bundle');
  });
});

describe('the patched width', () => {
  let patchedWidth: typeof stringWidth;

  beforeAll(async () => {
    const [name = ''] = patchNames.filter(each => each.startsWith('string-width@'));
    await bundle(patchDependency(name), "export {default} from 'string-width';");
    patchedWidth = (await import(bundled)).default;
  });

  test('is the real one for every character', {timeout: 60_000}, () => {
    const codes = Array.from({length: 0x1_fb_ff}, (_, code) => code).filter(code => code < 0xd800 || code > 0xdfff);
    const texts = codes.map(code => String.fromCodePoint(code));
    expect(texts.filter(text => patchedWidth(text) !== stringWidth(text))).toEqual([]);
  });

  test.each(['──╮', '\x1b[2m⠋ bien sûr …\x1b[22m', '✔️', '↔️', 'é\u0301', 'ｶﾞ', '👩‍👩‍👧 ok', '한글', '1\u20e3'])(
    'is the real one for %j',
    text => {
      expect(patchedWidth(text)).toBe(stringWidth(text));
      expect(patchedWidth(text, {ambiguousIsNarrow: false})).toBe(stringWidth(text, {ambiguousIsNarrow: false}));
    },
  );
});

describe('the quick segmenter', () => {
  const real = new Intl.Segmenter();
  const quick = new QuickSegmenter();
  const pick = (segments: Iterable<{segment: string; index: number}>) =>
    Array.from(segments, ({segment, index}) => ({segment, index}));

  test('finds the characters that the real one finds, one after the other and at an index', () => {
    const pieces = fc.constantFrom(...'aé…─╮✔⠋↔▸ ', '\x1b[2m', '\r', '\n', '\u0301', '\u200d', '️', '👩', '한');
    fc.assert(
      fc.property(fc.array(pieces), fc.integer({min: -1, max: 12}), (chosen, index) => {
        const text = chosen.join('');
        const [found, wanted] = [quick.segment(text), real.segment(text)];
        expect(pick(found)).toEqual(pick(wanted));
        expect(found.containing(index)).toEqual(wanted.containing(index));
      }),
    );
  });

  test('does without the real one where every character is a cluster of its own', () => {
    const spy = vi.spyOn(Intl.Segmenter.prototype, 'segment');
    expect([...quick.segment('─╮ \x1b[2m⠋ bien sûr …')]).toHaveLength(19);
    expect(spy).not.toHaveBeenCalled();
    expect([...quick.segment('✔️')]).toHaveLength(1);
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
  });

  test('finds words where words are asked for', () => {
    const options = {granularity: 'word'} as const;
    const words = pick(new QuickSegmenter('en', options).segment('two words'));
    expect(words).toEqual(pick(new Intl.Segmenter('en', options).segment('two words')));
  });
});
