import {PassThrough} from 'node:stream';
import type {ReadStream} from 'node:tty';
import {expect, test} from 'vitest';
import {hearSecret, type} from '../../src/plain/secret-line.ts';

test.each([
  ['', 'abc\r', {line: 'abc', isOpen: false, rest: ''}],
  ['ab', 'c', {line: 'abc', isOpen: true, rest: ''}],
  ['ab', '\u007fx\u007f', {line: 'a', isOpen: true, rest: ''}],
  ['ab', '\u0015c\n', {line: 'c', isOpen: false, rest: ''}],
  ['ab', '\u0003', {line: undefined, isOpen: false, rest: ''}],
  ['', '\u0004', {line: undefined, isOpen: false, rest: ''}],
  ['', 'one\rtwo\r', {line: 'one', isOpen: false, rest: 'two\r'}],
  ['', 'one\r\ntwo', {line: 'one', isOpen: false, rest: 'two'}],
])('%j and then %j', (line, data, expected) => {
  expect(type(line, data)).toEqual(expected);
});

test.each([
  [['secret word\nsecret word\n']],
  [['secret ', 'word\nsec', 'ret word\n']],
  [['secret word\n', 'secret word\n']],
])('two lines that are pasted at once answer two prompts: %j', async chunks => {
  const stdin = Object.assign(new PassThrough(), {setRawMode: () => stdin, ref: () => stdin}) as unknown as ReadStream;
  const stdout = new PassThrough();
  for (const chunk of chunks) stdin.push(chunk);
  expect(await hearSecret({stdin, stdout}, 'Password: ')).toBe('secret word');
  expect(await hearSecret({stdin, stdout}, 'Repeat it: ')).toBe('secret word');
  expect(String(stdout.read())).toBe('Password: \nRepeat it: \n');
});
