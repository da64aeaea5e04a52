import {readFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {atRest, travel} from './journey.ts';
import {answerAll, expectIntact, prepareProgram} from './program.ts';

const open = prepareProgram();

const small = {columns: 40, rows: 12};
/** Machines, each in another terminal. */
const journeys = [
  ['vm-behind-router', {env: {TERM: 'xterm'}}],
  ['vm-behind-router', {...small, env: {TERM: 'screen'}}],
  ['installed', {env: {NO_COLOR: '1'}}],
  ['installed', {...small, env: {TERM: 'tmux-256color'}}],
  ['port-conflict', {env: {TERM: 'screen-256color'}}],
  ['port-conflict', {...small, env: {NO_COLOR: '1', TERM: 'xterm'}}],
] as const;

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
const anyColor = /\x1b\[[\d;]*\b(3[0-7]|4[0-7]|9[0-7]|10[0-7])m/;
const otherColor = /\x1b\[[\d;]*\b[34]8;/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: see above.

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
/** The pictures of the README that are the same every time; that of a run is of one moment. */
const pictures = ['vm-behind-router ask-relay-name', 'installed home'];

describe.concurrent('every screen', () => {
  test.each(journeys)('of %s, in %o', {timeout: 60_000}, async (machine, options) => {
    const seen = new Map<string, string>();
    const terminal = open(machine, options);
    await travel(terminal, machine, (name, screen) => {
      seen.set(name, screen);
      expect(screen.split('\n').length).toBeLessThanOrEqual('rows' in options ? options.rows : 24);
      if ('rows' in options || !pictures.includes(`${machine} ${name}`)) return;
      // On a real machine only the title bar is another one.
      const body = screen.slice(screen.indexOf('\n', screen.indexOf('Rehearsal ·')));
      expect(readme).toContain(body.replaceAll('\n ', '\n'));
    });
    expect([...seen.keys()].at(-1)).toMatch(/report|end/);
    expect(seen.size).toBeGreaterThan(7);
    expectIntact(terminal);
    expect(Buffer.byteLength(terminal.written())).toBeLessThan(150_000);
    // Moving parts are redrawn in place: the header of a run never reaches the scrollback.
    expect(terminal.everything()).not.toMatch(/· Setting up .*\d:\d\d/);
    expect(terminal.written()).not.toMatch(otherColor);
    if ('NO_COLOR' in options.env) expect(terminal.written()).not.toMatch(anyColor);
    else expect(terminal.written()).toMatch(anyColor);
  });
});

describe.concurrent('a rehearsal', {timeout: 60_000}, () => {
  test('is left at once, and leaves the terminal as it was', async () => {
    const terminal = open('vm-behind-router');
    await terminal.until(/question 1 of/);
    terminal.type('\x03');
    await terminal.until(/Leave\?/);
    terminal.type('\r');
    await terminal.until(/Enter next/);
    terminal.type('\x03\x03');
    await terminal.until(/ended 130/);
    expect(terminal.screen()).toContain('Nothing was changed.');
    expectIntact(terminal);
  });

  test('is stopped in the middle of a run, only after asking', async () => {
    const terminal = open('public-vm');
    await answerAll(terminal);
    terminal.type('\r');
    await terminal.until(/a apply/);
    terminal.type('a');
    await terminal.until(/q stop/);
    terminal.type('q');
    await terminal.until(/Leave or stop\?/);
    terminal.type('\r');
    await terminal.until(/q stop/);
    terminal.type('\x03s');
    await terminal.until(/ended 130/);
    expect(terminal.everything()).toContain('Stopped, as you asked');
    expectIntact(terminal);
  });

  test('is left in the middle of a run, and says how to come back', async () => {
    const terminal = open('vm-behind-router', small);
    await answerAll(terminal);
    terminal.type('\r');
    await terminal.until(/a apply/);
    terminal.type('a');
    await terminal.until(/q stop/);
    terminal.type('qb');
    await terminal.until(/ended 0/);
    expect(terminal.everything().replaceAll('\n', '')).toMatch(/Come back with: sudo *jitsi-onebox attach/);
    expectIntact(terminal);
  });

  test.each([
    ['--plain', {more: ['--plain']}],
    ['a screen reader', {env: {INK_SCREEN_READER: 'true'}}],
    ['a terminal that only prints', {env: {TERM: 'dumb'}}],
  ])('is lines for %s', async (_what, options) => {
    const terminal = open('vm-behind-router', {...options, columns: 200, rows: 200});
    await terminal.until(/like meet\.example\.org/);
    expect(terminal.screen()).toMatch(/^jitsi-onebox in plain mode: lines only, nothing is drawn\./);
    terminal.type('meet.example.org\ra@example.org\ryes\r\r');
    await terminal.until(/People: do you want to change anything\?/);
    terminal.type('no\r'.repeat(7));
    await terminal.until(/apply, diff, change/);
    const text = terminal.everything();
    expect(text).toContain('meet.example.org resolves to 198.51.100.10, as it should.');
    expect(text).toContain('HAProxy -> Relay (turn.example.org), go-mmproxy');
    terminal.type('save\r');
    await terminal.until(/apply --settings .*jitsi-onebox[-\d]*\.yaml/);
    terminal.type('quit\r');
    await terminal.until(/ended 130/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing is moved or coloured where lines are read out.
    expect(terminal.written()).not.toMatch(/\x1b\[[\d;]*[A-HJm]/);
  });

  test('is idle for less than 1 kB a second', async () => {
    const terminal = open('installed');
    await terminal.until(atRest);
    await sleep(500);
    const before = terminal.written().length;
    await sleep(1500);
    expect(terminal.written().length - before).toBeLessThan(100);
  });
});
