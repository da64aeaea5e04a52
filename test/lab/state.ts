import {readFile, rename, writeFile} from 'node:fs/promises';
import type {Guest} from './guest.ts';
import type {ImageSource} from './images.ts';
import type {Suite} from './mirrors.ts';
import {runtime} from './places.ts';
import {isAlive, type Process} from './processes.ts';

/** What the guest's disk began with: a build of the program, and the layers below the guest's own changes. */
export type Disk = {readonly program: string; readonly layers: readonly string[]};

/** The state of a lab that is up, which its commands read. */
export type Lab = {
  readonly suite: Suite;
  readonly images: ImageSource;
  readonly base: string;
  readonly since: string;
  readonly checkout: string;
  readonly servers: Readonly<Record<string, Process>>;
  readonly disk: Disk;
  readonly guest: Guest;
};

const path = `${runtime}/lab.json`;

/** Reads the state of the lab; undefined when none came up. */
export async function findLab(): Promise<Lab | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Saves the state for the next command; it is saved when the lab is completely up. */
export async function saveLab(lab: Lab): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(lab, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** Lists the servers that have died since. */
export function listDead(lab: Lab): string[] {
  return Object.entries(lab.servers).flatMap(([name, process]) => (isAlive(process) ? [] : [name]));
}

/** Checks whether the guest is up. */
export function isGuestUp(lab: Lab): boolean {
  return isAlive(lab.guest.leader);
}
