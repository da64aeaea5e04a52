import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseNginx} from '../../src/model/nginx-syntax.ts';

describe('the words of the configuration', () => {
  test.each([
    ['set $a "x\\"y";', [['set', '$a', 'x"y']]],
    ["log_format m '$a{b}';", [['log_format', 'm', '$a{b}']]],
    ['root /srv/${host}/a#b;', [['root', '/srv/${host}/a#b']]],
    ['a b\\;c;', [['a', 'b\\;c']]],
    ['a # b;\nc;', [['a', 'c']]],
  ])('%s', (text, expected) => {
    expect(parseNginx(text).map(({words}) => words)).toEqual(expected);
  });

  test('are parsed from any text without an error', () => {
    const piece = fc.constantFrom('server', '{', '}', ';', '"', "'", '#', '\\', '$', '${', '\n', ' ', 'listen 80');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map(pieces => pieces.join('')),
        ),
        text => {
          for (const {words} of parseNginx(text)) expect(words.every(word => typeof word === 'string')).toBe(true);
        },
      ),
    );
  });
});
