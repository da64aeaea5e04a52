import {beforeAll, describe, expect, test} from 'vitest';
import {prepareProgram} from './program.ts';
import type {Terminal} from './terminal.ts';

const open = prepareProgram();
const clear = '\x05\x15';

describe('the field', {timeout: 60_000}, () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = open('vm-behind-router');
    await terminal.until(/question 1 of 4/);
  });

  const cases: readonly (readonly [name: string, keys: readonly string[], shown: string])[] = [
    ['20 characters and 3 Backspaces in one write', ['abcdefghijklmnopqrst\x7f\x7f\x7f'], 'abcdefghijklmnopq'],
    ['held left arrow in one write', ['abc\x1b[D\x1b[D\x1b[DX'], 'Xabc'],
    ['Ctrl-A and Ctrl-E', ['bc', '\x01', 'a', '\x05', 'd'], 'abcd'],
    ['Ctrl-U', ['abc', '\x15', 'd'], 'd'],
    ['Ctrl-W', ['one two', '\x17', '2'], 'one 2'],
    ['Ctrl-K', ['abcd\x1b[D\x1b[D', '\x0b'], 'ab'],
    ['Home, End and Delete', ['bcd', '\x1b[H', '\x1b[3~', 'X', '\x1b[F', 'e'], 'Xcde'],
    ['left and right', ['ac', '\x1b[D', 'b', '\x1b[C', 'd'], 'abcd'],
    ['wide characters', ['日本語', '\x1b[D', '\x7f'], '日語'],
    ['an IDN', ['bücher.example'], 'bücher.example'],
    ['a paste with a newline', ['\x1b[200~meet.example.com\n\x1b[201~'], 'meet.example.com'],
    ['a paste and a burst behind it', ['\x1b[200~a.example\r\n\x1b[201~xyz\x7f\x7f'], 'a.examplex'],
    ['an emoji of several parts, taken back as one', ['a👩‍👩‍👧b\x7f\x7f'], 'a'],
    ['more than the field is wide', ['x'.repeat(70), 'end'], `${'x'.repeat(52)}end`],
  ];

  test.each(cases)('takes %s', async (_name, keys, shown) => {
    terminal.type(clear);
    await terminal.until(/│ {3}like meet\.example\.org +│/);
    for (const key of keys) {
      terminal.type(key);
      await new Promise(resolve => setTimeout(resolve, 40));
    }
    await terminal.until(new RegExp(`│ ${shown} +│`));
    expect(terminal.screen()).toContain('question 1 of 4');
  });
});

describe.concurrent('the wizard', {timeout: 60_000}, () => {
  test('takes text and Enter in one write', async () => {
    const terminal = open('vm-behind-router');
    await terminal.until(/question 1 of 4/);
    terminal.type('meet.example.org\radmin@example.org\r\r');
    await terminal.until(/turn\.example\.org +│/);
  });

  test('says in the next frame what is wrong and what to type', async () => {
    const terminal = open('vm-behind-router');
    await terminal.until(/question 1 of 4/);
    terminal.type('meet\r');
    await terminal.until(/✖ This is only one word[\s\S]*Type for example meet\.example\.org/);
    terminal.type('.example.org\r');
    await terminal.until(/question 2 of 4/);
  });

  test('returns to earlier questions without losing anything', async () => {
    const terminal = open('vm-behind-router');
    await terminal.until(/question 1 of 4/);
    terminal.type('meet.example.org\t');
    await terminal.until(/question 2 of 4/);
    terminal.type('half an addr\x1b[Z');
    await terminal.until(/question 1 of 4/);
    terminal.type('\x1b[B');
    await terminal.until(/│ half an addr +│/);
  });
});
