import {expect, test} from 'vitest';
import {type} from '../../src/plain/secret-line.ts';

test.each([
  ['', 'abc\r', {line: 'abc', isOpen: false}],
  ['ab', 'c', {line: 'abc', isOpen: true}],
  ['ab', '\u007fx\u007f', {line: 'a', isOpen: true}],
  ['ab', '\u0015c\n', {line: 'c', isOpen: false}],
  ['ab', '\u0003', {line: undefined, isOpen: false}],
  ['', '\u0004', {line: undefined, isOpen: false}],
])('%j and then %j', (line, data, expected) => {
  expect(type(line, data)).toEqual(expected);
});
