import {afterAll, beforeAll, expect, test} from 'vitest';
import {atRest} from '../tui/journey.ts';
import {findLastChild, measureProcessor} from '../tui/processor.ts';
import {openTerminal, type Terminal} from '../tui/terminal.ts';
import {ask, eventually, lab, outside} from './lab.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;
const opened: Terminal[] = [];

/** The program in the guest, in a terminal of 80×24. */
function openProgram(): Terminal {
  const terminal = openTerminal({argv: [door, 'guest', 'jitsi-onebox'], columns: 80, rows: 24});
  opened.push(terminal);
  return terminal;
}

beforeAll(() => lab('fresh'));
afterAll(() => {
  for (const terminal of opened) terminal.kill('SIGKILL');
});

test('a new user installs a fresh guest by answering the questions, over a slow line and on a slow processor', async () => {
  const terminal = openProgram();
  await terminal.until(/question 1 of 4/, 30);
  // With the Enter in the same chunk, as a paste or a slow line brings it.
  terminal.type('meet.example.test\r');
  await terminal.until(/question 2 of 4/);
  terminal.type('admin@example.test\r');
  await terminal.until(/question 3 of 4/);
  terminal.type('\r');
  await terminal.until(/turn\.example\.test/);
  terminal.type('\r');
  await terminal.until(/Continue/);
  terminal.type('\r');
  await terminal.until(/a apply/, 30);
  terminal.type('a');
  await terminal.until(/Setting up/);
  // On an idle machine it is half a minute.
  const done = /What the router has to forward/;
  const share = await measureProcessor(await findLastChild(terminal.pid), () => done.test(terminal.screen()));
  await terminal.until(done, 240);
  expect(terminal.everything()).toContain('Meet at https://meet.example.test/');
  await terminal.exit;
  const bytes = Buffer.byteLength(terminal.written());
  console.log(`The terminal was sent ${bytes} bytes; watching took ${(share * 100).toFixed(1)} % of a processor.`);
  expect(bytes).toBeLessThan(150_000);
  expect(share).toBeLessThan(0.03);
  await eventually(30, async () => {
    expect(await outside('curl -sS --max-time 5 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe(
      '200',
    );
  });
});

test('the user comes back: the program shows the state and the last run', async () => {
  const terminal = openProgram();
  await terminal.until(atRest);
  expect(terminal.screen()).toMatch(/Certificate {2}The certificate of meet\.example\.test is valid for \d+ more days/);
  expect(terminal.screen()).toMatch(/Last run +.* done/);
  terminal.type('o');
  // The newest line is in view once the whole log is read.
  await terminal.until(/Log of the last run[\s\S]*\d\d:\d\d:\d\d done, /);
  terminal.type('/haproxy\r');
  await terminal.until(/n next/);
  terminal.type('\x1b');
  await terminal.until(/x uninstall/);
  // Shown, and not done.
  terminal.type('x');
  await terminal.until(/Review[\s\S]*a apply/);
  terminal.type('q');
  await terminal.exit;
  expect(terminal.screen()).toContain('Nothing was changed.');
});

/** Answers NAT-PMP as a router whose own address is one of the provider's, until it receives the word end. */
const natPmp = `const answer = Buffer.from([0, 128, 0, 0, 0, 0, 0, 1, 100, 71, 4, 22]);
const socket = require('node:dgram').createSocket('udp4', (packet, {port, address}) =>
  String(packet).trim() === 'end' ? socket.close() : packet.length === 2 && socket.send(answer, port, address));
socket.bind(5351);`;
const endNatPmp = () => ask('router', ['bash', '-c', 'echo end >/dev/udp/127.0.0.1/5351']);

test("a router behind the provider's own router is detected, and no finding while packets arrive all the same", async () => {
  const detect = async () => JSON.parse((await ask('guest', ['jitsi-onebox', 'detect', '--json'])).stdout).nat;
  expect(await detect()).toMatchObject({value: 'single'});
  const routing = ask('router', [process.execPath, '--eval', natPmp]);
  try {
    await eventually(10, async () => expect(await detect()).toMatchObject({value: 'carrier'}));
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).stdout).toContain(' things looked at, 0 findings.');
  } finally {
    await endNatPmp();
  }
  await routing;
});
