import fc from 'fast-check';

// biome-ignore format: each trap is one word
const traps: readonly string[] = [
  '"', "'", '`', '\\', '\\\\', '\\"', "\\'", '\n', '\r\n', '\t', '\0', '\u0001', '\u007f', '\u0085', '\u00a0',
  '\u2028', '\u2029', '\ufeff', '\uffff', '\ud800', '$', '$$', '\u0024{X}', '$(x)', '`x`', '$HOME', '%', '%%', '%h', '%n',
  '#', ' #', ';', ' ; ', '{', '}', '{}', '{{x}}', '{{{x}}}', '[', ']', ',', ':', ': ', '=', '&', '*', '*/', '/*', '//',
  '<!--', '-->', '</script>', '<script>', '-x', '--', '-', '!', '!!', '|', '>', '?', '@', '~', 'null', 'yes', '..', '/',
  ' ', '  ', 'é', '字', '😀', 'x', '0', '4.10', 'server {', 'backend x', '[Service]', 'ExecStart=', 'services:', 'NAME=',
];

const fragment = fc.oneof(
  {weight: 3, arbitrary: fc.constantFrom(...traps)},
  {weight: 1, arbitrary: fc.string({unit: 'grapheme', maxLength: 4})},
);

const long = fc
  .tuple(fc.constantFrom(...traps), fc.integer({min: 100, max: 800}))
  .map(([trap, times]) => trap.repeat(times));

/** Raw strings as an attacker would choose them, for quoting functions and templates. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  {weight: 8, arbitrary: fc.array(fragment, {maxLength: 8}).map(parts => parts.join(''))},
  {weight: 1, arbitrary: fc.string({unit: 'binary', maxLength: 40})},
  {weight: 1, arbitrary: long},
);

/** The same without control characters and halves of characters, which no line of text can contain. */
export const hostileLine: fc.Arbitrary<string> = hostile.map(text => text.replace(/\p{Cc}|\p{Cs}/gu, ''));

/** Returns every trap alone, doubled and within text, and `count` random values, the same in every run. */
export function sampleHostile(count: number): readonly string[] {
  const fixed = traps.flatMap(trap => [trap, trap + trap, `a${trap}b`, `${trap} b`, `a ${trap}`]);
  return ['', ...fixed, ...fc.sample(hostile, {numRuns: count, seed: 20_261_122})];
}
