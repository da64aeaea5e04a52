import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type KeyName, readStrokes, type Stroke} from '../../src/tui/keyboard.ts';
import {type EditedLine, edit, lineOf, splitCharacters, textOf} from '../../src/tui/line-editor.ts';

function type(line: EditedLine, ...strokes: readonly (KeyName | {text: string} | {paste: string})[]): string {
  const after = strokes.reduce<EditedLine>((before, stroke) => {
    if (typeof stroke === 'string') return edit(before, {type: 'key', name: stroke});
    if ('text' in stroke) return edit(before, {type: 'text', text: stroke.text});
    return edit(before, {type: 'paste', text: stroke.paste});
  }, line);
  return `${after.before}|${after.after}`;
}

describe('a stroke', () => {
  const at = {before: 'one two', after: 'three four'};
  test.each<[string, EditedLine, Parameters<typeof type>[1], string]>([
    ['text goes in at the cursor', at, {text: 'x'}, 'one twox|three four'],
    ['left', at, 'left', 'one tw|othree four'],
    ['right', at, 'right', 'one twot|hree four'],
    ['left at the start stays', {before: '', after: 'a'}, 'left', '|a'],
    ['right at the end stays', lineOf('a'), 'right', 'a|'],
    ['home', at, 'home', '|one twothree four'],
    ['end', at, 'end', 'one twothree four|'],
    ['a word to the left', at, 'word-left', 'one |twothree four'],
    ['a word to the right', at, 'word-right', 'one twothree| four'],
    ['backspace', at, 'backspace', 'one tw|three four'],
    ['backspace at the start', {before: '', after: 'a'}, 'backspace', '|a'],
    ['delete', at, 'delete', 'one two|hree four'],
    ['delete at the end', lineOf('a'), 'delete', 'a|'],
    ['everything before', at, 'kill-before', '|three four'],
    ['everything after', at, 'kill-after', 'one two|'],
    ['the word before', at, 'kill-word', 'one |three four'],
    ['the word before with its space', lineOf('one two '), 'kill-word', 'one |'],
    ['a combining mark goes with its letter', lineOf('ae\u0301'), 'backspace', 'a|'],
    ['a joined emoji is one character', lineOf('a👩‍💻'), 'left', 'a|👩‍💻'],
    ['a paste is trimmed', lineOf('a'), {paste: ' b\n'}, 'ab|'],
    ['line ends within a paste become spaces', lineOf(''), {paste: 'a\r\nb\tc'}, 'a b c|'],
    ['a key that does not edit', at, 'page-up', 'one two|three four'],
  ])('%s', (_name, line, stroke, expected) => {
    expect(type(line, stroke)).toBe(expected);
  });
});

const key = fc.constantFrom<KeyName>('left', 'right', 'home', 'end', 'backspace', 'delete', 'kill-word', 'word-left');
const stroke = fc.oneof<fc.Arbitrary<Stroke>[]>(
  key.map(name => ({type: 'key', name})),
  fc.string({unit: 'grapheme', minLength: 1, maxLength: 1}).map(text => ({type: 'text', text})),
);

test('moving never changes the text, and nothing ever splits a character', () => {
  fc.assert(
    fc.property(fc.array(stroke), strokes => {
      for (const [at, last] of strokes.entries()) {
        const before = strokes.slice(0, at).reduce(edit, lineOf(''));
        const after = edit(before, last);
        const moves = ['left', 'right', 'home', 'end', 'word-left'];
        if (last.type === 'key' && moves.includes(last.name)) expect(textOf(after)).toBe(textOf(before));
        if (last.type === 'key' && last.name === 'backspace') {
          expect(splitCharacters(before.before).length - splitCharacters(after.before).length).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
});

test('keys mean the same however the line cuts them into reads', () => {
  const sent = fc.array(fc.constantFrom('a', 'b', '.', '\x7f', '\x15', '\x01', '\x05', '\x0b', '\x17'), {minLength: 1});
  fc.assert(
    fc.property(sent, fc.array(fc.nat(5)), (keys, cuts) => {
      const whole = readStrokes(keys.join(''), {}).reduce(edit, lineOf(''));
      const reads = cut(keys, cuts).map(read => read.join(''));
      const apart = reads.flatMap(read => readStrokes(read, {})).reduce(edit, lineOf(''));
      expect(apart).toEqual(whole);
    }),
  );
});

function cut<T>(items: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] {
  const [size = items.length, ...rest] = sizes;
  const head = items.slice(0, size + 1);
  return head.length === 0 ? [] : [head, ...cut(items.slice(head.length), rest)];
}
