import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {bundle} from './bundle.ts';
import {openTerminal, type Terminal} from './terminal.ts';

let program = '';
const opened: Terminal[] = [];

beforeAll(async () => {
  program = await bundle(join(import.meta.dirname, 'demo.tsx'));
}, 60_000);

afterAll(async () => {
  for (const terminal of opened) terminal.kill('SIGKILL');
  await rm(dirname(program), {recursive: true});
});

type Demo = {scenes: readonly string[]; columns?: number; rows?: number; env?: Record<string, string>};

/** The demo under a shell that tells the state of the terminal when the demo has ended. */
function openDemo({scenes, columns = 80, rows = 24, env = {}}: Demo): Terminal {
  const script =
    '"$0" "$@"; code=$?; stty -a | grep -o -- "-\\?\\(icanon\\|echo\\)\\b" | tr "\\n" " "; echo "ended $code"';
  const terminal = openTerminal({
    argv: ['/bin/bash', '-c', script, process.execPath, program, ...scenes],
    columns,
    rows,
    env: {SPEED: '0.1', ...env},
  });
  opened.push(terminal);
  return terminal;
}

const intact = /icanon echo ended/;

function expectIntact(terminal: Terminal): void {
  expect(terminal.screen()).toMatch(intact);
  expect(terminal.isPasteBracketed()).toBe(false);
  expect(terminal.written().lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.written().lastIndexOf('\x1b[?25l'));
}

async function answerAll(terminal: Terminal): Promise<void> {
  await terminal.until(/question 1 of 4/);
  terminal.type('meet.example.org\r');
  await terminal.until(/question 2 of 4/);
  terminal.type('admin@example.org\r');
  await terminal.until(/question 3 of 4/);
  terminal.type('\r');
  await terminal.until(/question 4 of 4/);
  terminal.type('\r');
}

describe('text entry', () => {
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
    ['a paste with a newline', ['\x1b[200~meet.example.org\n\x1b[201~'], 'meet.example.org'],
  ];

  test.each(cases)('%s', async (_name, keys, shown) => {
    const terminal = openDemo({scenes: ['ask']});
    await terminal.until(/question 1 of 4/);
    for (const key of keys) {
      terminal.type(key);
      await sleep(40);
    }
    await terminal.until(new RegExp(`│ ${shown} +│`));
    expect(terminal.screen()).toContain('question 1 of 4');
  });

  test('text and Enter in one write answer a question', async () => {
    const terminal = openDemo({scenes: ['ask']});
    await terminal.until(/question 1 of 4/);
    terminal.type('meet.example.org\radmin@example.org\r');
    await terminal.until(/question 3 of 4/);
    terminal.type('\r\r');
    await terminal.exit;
    expect(terminal.screen()).toContain('"domain":"meet.example.org","contact":"admin@example.org"');
  });
});

describe('the wizard', () => {
  test('says in the next frame what is wrong and what to type', async () => {
    const terminal = openDemo({scenes: ['ask']});
    await terminal.until(/question 1 of 4/);
    terminal.type('meet\r');
    await terminal.until(/"meet" is not a domain\.\s+Type a name with a dot/);
    terminal.type('.example.org\r');
    await terminal.until(/question 2 of 4/);
  });

  test('goes back without losing anything', async () => {
    const terminal = openDemo({scenes: ['ask']});
    await terminal.until(/question 1 of 4/);
    terminal.type('meet.example.org\t');
    await terminal.until(/question 2 of 4/);
    terminal.type('half an addr\x1b[Z');
    await terminal.until(/question 1 of 4/);
    terminal.type('\x1b[B');
    await terminal.until(/│ half an addr +│/);
  });

  test('leaves on Ctrl-C only after asking, with the terminal intact', async () => {
    const terminal = openDemo({scenes: ['ask']});
    await terminal.until(/question 1 of 4/);
    terminal.type('\x03');
    await terminal.until(/Leave\?/);
    terminal.type('\r');
    await terminal.until(/Enter next/);
    terminal.type('\x03\x03');
    await terminal.exit;
    expect(terminal.screen()).toContain('Nothing was changed.');
    expectIntact(terminal);
  });
});

describe('from the first screen to the last', () => {
  test.each([
    [80, 24],
    [40, 12],
    [200, 60],
  ])('at %i columns and %i rows', async (columns, rows) => {
    const terminal = openDemo({scenes: ['look', 'ask', 'review', 'watch'], columns, rows, env: {SPEED: '0.3'}});
    await answerAll(terminal);
    await terminal.until(/Review/);
    terminal.type('a');
    await terminal.until(/Setting up/);
    await terminal.exit;
    expect(terminal.screen()).toContain('ended 0');
    expect(terminal.everything()).toContain('Not everything worked');
    expect(terminal.everything().match(/Packages nginx, haproxy/g)).toHaveLength(1);
    expectIntact(terminal);
  });
});

describe('a frame', () => {
  test('never scrolls the terminal, also after it has become small', async () => {
    const terminal = openDemo({scenes: ['quiet']});
    await terminal.until(/and certbot/);
    terminal.resize(40, 12);
    await terminal.until(/Packages nginx, haproxy and ce…/);
    const before = terminal.scrolled();
    await sleep(1200);
    expect(terminal.scrolled()).toBe(before);
    expect(terminal.screen().match(/Setting up/g)).toHaveLength(1);
  });

  test('costs under 1 kB a second while only clocks and spinners move', async () => {
    const terminal = openDemo({scenes: ['quiet']});
    await terminal.until(/Unpacking nginx/);
    await sleep(300);
    const before = terminal.written().length;
    await sleep(2000);
    expect(terminal.written().length - before).toBeLessThan(2000);
  });

  test('is ASCII where the terminal knows no more', async () => {
    const terminal = openDemo({scenes: ['look', 'watch', 'tell'], env: {TERM: 'linux', SPEED: '0.05'}});
    await terminal.exit;
    expect(terminal.everything()).toContain('Not everything worked');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what this is about.
    expect(terminal.written()).toMatch(/^[\x00-\x7f]*$/);
  });

  test('has no colour under NO_COLOR, and colours without it', async () => {
    const [plain, coloured] = [{NO_COLOR: '1'}, {}].map(env => openDemo({scenes: ['tell'], env}));
    await Promise.all([plain?.exit, coloured?.exit]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
    const colour = /\x1b\[(3[0-7]|9[0-7])m/;
    expect(plain?.written()).not.toMatch(colour);
    expect(coloured?.written()).toMatch(colour);
  });
});

describe('the review', () => {
  test('shows a change, and leaves in view what stands in the way of a plan', async () => {
    const terminal = openDemo({scenes: ['stopped']});
    await terminal.until(/1 problem must be solved/);
    terminal.type('a\r');
    await terminal.until(/What to do/);
    terminal.type('\x1b');
    await terminal.until(/c change/);
    terminal.type('q');
    await terminal.exit;
    expect(terminal.screen()).toMatch(/Port 443 is taken by apache2[\s\S]*Nothing was changed\.\s+quit/);
    expectIntact(terminal);
  });
});

describe('a run', () => {
  test('is stopped only after asking', async () => {
    const terminal = openDemo({scenes: ['watch'], env: {SPEED: '1'}});
    await terminal.until(/and certbot/);
    terminal.type('q');
    await terminal.until(/Leave or stop\?/);
    terminal.type('\r');
    await terminal.until(/q stop/);
    terminal.type('\x03');
    await terminal.until(/Leave or stop\?/);
    terminal.type('s');
    await terminal.exit;
    expect(terminal.everything()).toContain('Stopped, as you asked');
    expectIntact(terminal);
  });
});

describe('a run that is left', () => {
  test.each([
    ['at once', 'qb'],
    ['while it stops', 'qsq'],
  ])('%s goes on in the background, and says how to come back', async (_when, keys) => {
    const terminal = openDemo({scenes: ['watch'], env: {SPEED: '1'}});
    await terminal.until(/and certbot/);
    for (const key of keys) terminal.type(key);
    await terminal.exit;
    expect(terminal.everything()).toContain('Come back with: sudo jitsi-onebox attach');
    expectIntact(terminal);
  });
});

describe('the terminal is given back', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['an error that nobody caught', 1],
  ])('after %s', async (signal, code) => {
    const terminal = openDemo({scenes: ['idle'], env: {END: signal}});
    await terminal.until(/Looking around/);
    await terminal.until(new RegExp(`ended ${code}`));
    expectIntact(terminal);
  });

  test('when a component breaks, with a panel that can be read', async () => {
    const terminal = openDemo({scenes: ['crash']});
    await terminal.exit;
    expect(terminal.everything()).toMatch(/The screen broke/);
    expect(terminal.everything()).toContain('a component broke');
    expect(terminal.screen()).toMatch(/ended 1/);
    expectIntact(terminal);
  });
});

describe('after a run that failed', () => {
  test.each([
    ['r', 'again'],
    ['u', 'undo'],
    ['q', 'leave'],
    ['\x03', 'leave'],
  ])('%j means %s', async (key, choice) => {
    const terminal = openDemo({scenes: ['recover']});
    await terminal.until(/Not everything was done\. What now\?/);
    expect(terminal.screen()).toMatch(/r try again.*q leave it.*u put everything back/);
    terminal.type(key);
    await terminal.until(new RegExp(`chosen: ${choice}`));
  });
});
