import {execa} from 'execa';
import {enterGuest, enterRoom} from '../lab/enter.ts';

export {settings, settingsFile} from '../lab/installed.ts';

import {settingTable} from '../../src/model/settings/schema.ts';
import {findLab, isGuestUp} from '../lab/state.ts';

/** Where a command of a test runs: in the guest, on the internet, in the guest's local network, or in the router. */
export type Room = 'guest' | 'outside' | 'lan' | 'router';

export type Answer = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly all: string;
};

const door = new URL('../../scripts/lab', import.meta.url).pathname;

/** Runs one of the lab's own commands, such as `fresh` or `reboot`, and returns what it prints; throws when it fails. */
export async function lab(...argv: readonly string[]): Promise<string> {
  return (await execa(door, argv, {stdin: 'ignore', stderr: 'pipe'})).stdout;
}

/** Runs a command in a room of the lab and returns its answer, whatever its exit status. */
export async function ask(room: Room, argv: readonly string[], input = ''): Promise<Answer> {
  const [file = '', ...args] = await enter(room, argv);
  const {exitCode = -1, stdout, stderr, all} = await execa(file, args, {input, all: true, reject: false});
  return {exitCode, stdout, stderr, all};
}

/** The command line behind `scripts/lab ROOM COMMAND…`, which costs a start of Node less. */
async function enter(room: Room, argv: readonly string[]): Promise<readonly string[]> {
  if (room !== 'guest') return enterRoom(room, argv);
  const lab = await findLab();
  if (lab === undefined || !isGuestUp(lab)) throw new Error('The lab has no guest that is up.');
  return enterGuest(lab.guest.leader.pid, argv, process.env.TERM);
}

/** Starts a command in a room of the lab, whose output is read line by line. In an object, since a child can be awaited itself. */
export async function start(room: Room, argv: readonly string[]) {
  const [file = '', ...args] = await enter(room, argv);
  return {child: execa(file, args, {stdin: 'ignore', all: true, reject: false})};
}

/** Runs a command line in the guest's shell and returns its output; throws when it fails. */
export async function guest(line: string, input = ''): Promise<string> {
  const {exitCode, stdout, all} = await ask('guest', ['sh', '-c', line], input);
  if (exitCode !== 0) throw new Error(`${line} exited with ${exitCode}:\n${all}`);
  return stdout;
}

/** Returns the name of an image of Jitsi's, of the release that is installed without another setting. */
export function imageOf(name: string): string {
  return `${settingTable['images.repository'].default}/${name}:${settingTable['images.tag'].default}`;
}

/** Returns shell code for the id of a service's container, whose name depends on the release of compose. */
export function idOf(service: string): string {
  return `$(docker ps --all --quiet --filter label=com.docker.compose.project=jitsi --filter label=com.docker.compose.service=${service})`;
}

/** Gives the router the lab's rules again, whatever a test did to it. */
export async function resetRouter(): Promise<void> {
  const rules = new URL('../lab/settings/router.nft', import.meta.url).pathname;
  const {exitCode, all} = await ask('router', ['sh', '-c', `nft flush ruleset && nft -f ${rules}`]);
  if (exitCode !== 0) throw new Error(`The router does not take its rules back:\n${all}`);
}

/** Runs a command line on the internet and returns its output, whatever its exit status. */
export async function outside(line: string): Promise<string> {
  return (await ask('outside', ['sh', '-c', line])).stdout;
}

/** Tries until a condition holds; throws its last complaint after `seconds`. */
export async function eventually(seconds: number, attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  }
}

/** Applies settings in the guest, as an administrator would. */
export function apply(...options: readonly string[]): Promise<Answer> {
  return ask('guest', ['jitsi-onebox', 'apply', '--yes', '--plain', ...options]);
}

export type PlannedChange = {readonly id: string; readonly change: string; readonly summary: string};

/** Runs `plan` in the guest and returns its changes. */
export async function plan(
  ...options: readonly string[]
): Promise<{exitCode: number; changes: readonly PlannedChange[]; all: string}> {
  const {exitCode, stdout, all} = await ask('guest', ['jitsi-onebox', 'plan', '--json', ...options]);
  const {changes = []} = stdout.startsWith('{') ? JSON.parse(stdout) : {};
  return {exitCode, changes, all};
}

/** Returns the ids of a plan's changes in alphabetical order. */
export async function plannedIds(...options: readonly string[]): Promise<readonly string[]> {
  return (await plan(...options)).changes.map(({id}) => id).toSorted();
}
