import {afterAll, beforeAll, expect, test} from 'vitest';
import {openTerminal, type Terminal} from '../tui/terminal.ts';
import {eventually, lab} from './lab.ts';

// The lab is up already, as for every test here; then a rehearsal takes a fresh guest.
let terminal: Terminal;

beforeAll(() => {
  const argv = [new URL('../../install.sh', import.meta.url).pathname, '--rehearse'] as const;
  terminal = openTerminal({argv, columns: 80, rows: 24});
});

afterAll(async () => {
  terminal.kill('SIGKILL');
  await lab('fresh');
});

const see = (pattern: RegExp, seconds: number) =>
  eventually(seconds, async () => expect(terminal.screen()).toMatch(pattern));

test('install.sh --rehearse installs in the lab in front of the user, and says how to look around', async () => {
  await see(/question 1/, 120);
  expect(terminal.everything()).toContain('meet.example.test');
  for (const [answer, next] of [
    ['meet.example.test', /question 2/],
    ['admin@example.test', /question 3/],
    ['', /question 4/],
    ['', /Continue · review the changes/],
    ['', /\ba apply\b/],
  ] as const) {
    terminal.type(`${answer}\r`);
    await see(next, 60);
  }
  terminal.type('a');
  await see(/stops the lab/, 240);
  expect(terminal.everything()).toContain('Meet at https://meet.example.test/');
  expect(await terminal.exit).toMatchObject({exitCode: 0});
});
