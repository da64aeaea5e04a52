import {describe, expect, test} from 'vitest';
import {findLastChild} from './processor.ts';
import {answerAll, expectIntact, prepareProgram} from './program.ts';
import type {Terminal} from './terminal.ts';

const open = prepareProgram();

/** The screen on which something ends the program. */
const places = {
  'in a question': (terminal: Terminal) => terminal.until(/question 1 of/),
  async 'in a run'(terminal: Terminal) {
    await answerAll(terminal);
    terminal.type('\r');
    await terminal.until(/a apply/);
    terminal.type('a');
    await terminal.until(/q stop/);
  },
};

describe.concurrent('the terminal is given back', {timeout: 60_000}, () => {
  const signals = [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const;
  const cases = signals.flatMap(signal =>
    Object.entries(places).map(([where, goThere]) => [...signal, where, goThere] as const),
  );

  test.each(cases)('after %s (%i) %s', async (signal, code, _where, goThere) => {
    const terminal = open('vm-behind-router');
    await goThere(terminal);
    process.kill(await findLastChild(terminal.pid), signal);
    await terminal.until(new RegExp(`ended ${code}`));
    expectIntact(terminal);
  });
});

describe.concurrent('a bug ends in a panel and an intact terminal', {timeout: 60_000}, () => {
  test('of a component', async () => {
    // What draws a question writes the answers so far as JSON.
    const fault = `process.on('SIGUSR2', () => { JSON.stringify = () => { throw new Error('a component broke'); }; })`;
    const terminal = open('vm-behind-router', {fault});
    await terminal.until(/question 1 of/);
    process.kill(await findLastChild(terminal.pid), 'SIGUSR2');
    await new Promise(resolve => setTimeout(resolve, 200));
    terminal.type('x');
    await terminal.until(/ended 1/);
    expect(terminal.everything()).toMatch(/A screen failed[\s\S]*a component broke[\s\S]*What to do/);
    expectIntact(terminal);
  });

  test('of a key handler', async () => {
    const fault = 'Map.groupBy = () => { throw new Error("a key broke"); }';
    const terminal = open('vm-behind-router', {fault});
    await terminal.until(/question 1 of/);
    terminal.type('\x0f');
    await terminal.until(/ended 1/);
    expect(terminal.everything()).toMatch(/a key broke[\s\S]*What to do/);
    expectIntact(terminal);
  });

  test('that no handler catches, in the middle of a run', async () => {
    const fault = `process.on('SIGUSR2', () => { throw new Error("nobody caught it"); })`;
    const terminal = open('vm-behind-router', {fault});
    await places['in a run'](terminal);
    process.kill(await findLastChild(terminal.pid), 'SIGUSR2');
    await terminal.until(/ended 1/);
    expect(terminal.everything()).toMatch(/nobody caught it[\s\S]*What to do/);
    expectIntact(terminal);
  });
});
