import {PassThrough} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {expect, test} from 'vitest';
import {writeFirstLine} from '../../src/tui/console.ts';

/** Returns what is written at first, and to clear it. */
function draw(env: Readonly<Record<string, string>>): {drawn: string; cleared: string} {
  const stdout = new PassThrough({encoding: 'utf8'});
  const clear = writeFirstLine(stdout, env);
  const drawn = stdout.read();
  clear();
  return {drawn, cleared: stdout.read()};
}

// The cursor stays at the start of the line, so that the screen itself is drawn over it.
test('is the first line of the first screen, in the characters of the terminal', () => {
  expect(stripVTControlCharacters(draw({LANG: 'C.UTF-8'}).drawn)).toBe(' jitsi-onebox · Looking around\r');
  expect(stripVTControlCharacters(draw({LANG: 'C'}).drawn)).toBe(' jitsi-onebox - Looking around\r');
});

test('has no colours where they are not wanted', () => {
  expect(draw({}).drawn).toContain('\x1b[1;36m');
  expect(draw({NO_COLOR: '1'}).drawn).not.toContain('36');
});

test('leaves an empty line', () => {
  expect(draw({}).cleared).toBe('\x1b[K');
});
