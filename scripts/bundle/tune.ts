import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/** A change to a dependency's file; its text must be there exactly once, so that an upgrade cannot silently lose it. */
type Edit = {readonly from: string; readonly to: string};

type Tuning = {readonly name: string; readonly file: RegExp; readonly edits: readonly Edit[]};

/** For modules that make a segmenter as they are loaded: 10 ms for the first. */
function withSegmenter(file: RegExp, constant: string, maker: string): Tuning {
  const from = `const ${constant} = new Intl.Segmenter(`;
  const to = `import {${maker}} from 'tuned-segmenter';\nconst ${constant} = ${maker}(`;
  return {name: 'quick-segments', file, edits: [{from, to}]};
}

const tunings: readonly Tuning[] = [
  withSegmenter(/\/wrap-ansi\/index\.js$/, 'segmenter', 'makeQuickSegmenter'),
  withSegmenter(/\/ansi-tokenize\/build\/tokenize\.js$/, 'segmenter', 'makeQuickSegmenter'),
  withSegmenter(/\/ink\/build\/line-update\.js$/, 'segmenter', 'makeQuickSegmenter'),
  withSegmenter(/\/slice-ansi\/tokenize-ansi\.js$/, 'GRAPHEME_SEGMENTER', 'makeLazySegmenter'),
  {
    // Yoga decodes its WebAssembly by `fetch`, which loads an HTTP client: 50 ms and 14 MB.
    name: 'yoga-sync',
    file: /\/yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/,
    edits: [
      {
        from: 'if(h.instantiateWasm)try{',
        to: 'return a(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(H.slice(H.indexOf(",")+1),"base64")),d)),{};if(h.instantiateWasm)try{',
      },
    ],
  },
  {
    name: 'yoga-sync',
    file: /\/yoga-layout\/dist\/src\/index\.js$/,
    edits: [
      {
        from: 'const Yoga = wrapAssembly(await loadYoga());',
        to: 'const assembly = {};\nloadYoga(assembly);\nconst Yoga = wrapAssembly(assembly);',
      },
    ],
  },
  {
    // The emoji of all the world are compiled for the first character that is not ASCII, such as a border's: 40 ms.
    name: 'fast-width',
    file: /\/string-width\/index\.js$/,
    edits: [
      {from: 'const segmenter = new Intl.Segmenter();', to: 'let segmenter;'},
      {from: 'of segmenter.segment(string)', to: 'of (segmenter ??= new Intl.Segmenter()).segment(string)'},
      {
        from: String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
        to: String.raw`const rgiEmojiRegex = {test: segment => /^\p{RGI_Emoji}$/v.test(segment)};`,
      },
      {
        from: String.raw`if (/^[\u0020-\u007E]*$/.test(string)) {`,
        // Letters of Europe, dashes, quotes, arrows, lines, blocks, check marks and Braille: each as wide as an ASCII letter.
        to: String.raw`if (ambiguousIsNarrow && /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2500-\u259F\u25A0-\u25FC\u2713-\u2718\u2800-\u28FF]*$/.test(string)) {`,
      },
    ],
  },
  {
    // All of Node's assertions, for one that Ink's own call cannot fail.
    name: 'no-assertions',
    file: /\/signal-exit\/index\.js$/,
    edits: [{from: "var assert = require('assert')", to: 'var assert = {equal() {}}'}],
  },
  {
    // It starts programs only where the terminal itself does not know its size.
    name: 'late-processes',
    file: /\/terminal-size\/index\.js$/,
    edits: [
      {
        from: "import {execFileSync} from 'node:child_process';",
        to: "const execFileSync = (...all) => require('node:child_process').execFileSync(...all);",
      },
    ],
  },
  {
    // Most lines of a frame are those of the frame before; Ink would take each apart anew.
    name: 'kept-lines',
    file: /\/ink\/build\/output\.js$/,
    edits: [
      {
        from: 'export default class Output {',
        to: `let kept = new OutputCaches();
const keepCaches = () => kept.styledChars.size > 300 ? (kept = new OutputCaches()) : kept;
export default class Output {`,
      },
      {from: 'caches = new OutputCaches();', to: 'caches = keepCaches();'},
    ],
  },
  {
    // Ink's ties to React's development tools, which need top-level await and a package that is not there.
    name: 'no-dev-branch',
    file: /\/ink\/build\/reconciler\.js$/,
    edits: [
      {from: "if (process.env['DEV'] === 'true') {\n    // Intentionally", to: 'if (false) {\n    // Intentionally'},
      {from: "if (process.env['DEV'] === 'true') {\n    try", to: 'if (false) {\n    try'},
    ],
  },
];

/** Applies one tuning; throws when the file that it edits is not the one it was written for. */
const applyTuning = ({name, file, edits}: Tuning): Plugin => ({
  name,
  setup({onLoad, onResolve, onEnd}) {
    let wasLoaded = false;
    onResolve({filter: /^tuned-segmenter$/}, () => ({path: new URL('segmenter.ts', import.meta.url).pathname}));
    onLoad({filter: file}, async ({path}) => {
      wasLoaded = true;
      return {contents: edit(await readFile(path, 'utf8'), {path, edits})};
    });
    onEnd(() => {
      if (!wasLoaded) throw new Error(`${name}: nothing that is bundled matches ${file}.`);
    });
  },
});

/** The plugins that make the first screen quick. */
export const tune: readonly Plugin[] = tunings.map(applyTuning);

/** Changes the text as the edits say; throws when it is not as they expect. */
export function edit(text: string, {path, edits}: {readonly path: string; readonly edits: readonly Edit[]}): string {
  return edits.reduce((edited, {from, to}) => {
    if (edited.split(from).length !== 2) throw new Error(`${path} has changed: ${from} is not in it exactly once.`);
    return edited.replace(from, () => to);
  }, text);
}
