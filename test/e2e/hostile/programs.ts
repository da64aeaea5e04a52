import {once} from 'node:events';
import {execa} from 'execa';
import {enterRoom} from '../../lab/enter.ts';
import {ask, type Room} from '../lab.ts';

const node = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;
const pathOf = (name: string) => new URL(name, import.meta.url).pathname;
const commandOf = (name: string, args: readonly string[]) => [node, '--use-system-ca', pathOf(name), ...args];

/** Runs a program beside this file in a room of the lab and returns what it prints as JSON. */
export async function runHostile<T>(room: Room, name: string, ...args: readonly string[]): Promise<T> {
  const {stdout, all} = await ask(room, commandOf(name, args));
  if (!stdout.startsWith('{')) throw new Error(all);
  return JSON.parse(stdout) as T;
}

/** Starts a program in a room, gives it a first line, and returns the first line it prints and what ends it. */
export async function startProgram(
  room: Exclude<Room, 'guest'>,
  name: string,
  {args = [], line = ''}: {readonly args?: readonly string[]; readonly line?: string} = {},
) {
  const [file = '', ...rest] = enterRoom(room, commandOf(name, args));
  const running = execa(file, rest, {stdin: 'pipe', reject: false});
  running.stdin.write(`${line}\n`);
  const [first] = await Promise.race([once(running.stdout, 'data'), running.then(({all}) => [all])]);
  return {
    first: String(first),
    async end() {
      running.stdin.end();
      await running;
    },
  };
}
