import {readFile, rename, writeFile} from 'node:fs/promises';
import type {Guest} from './guest.ts';
import type {ImageSource} from './images.ts';
import type {Suite} from './mirrors.ts';
import {runtime} from './places.ts';
import {isAlive, type Process} from './processes.ts';

/** What the guest's disk began with: a build of the program, and the layers below the guest's own changes. */
export type Disk = {readonly program: string; readonly layers: readonly string[]};

/** A lab that is up, as its commands find it. */
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

/** Finds the lab that was brought up to its end, however long ago; undefined when there is none. */
export async function findLab(): Promise<Lab | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes down what the next command must know; a lab that is half up has not got this far. */
export async function saveLab(lab: Lab): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(lab, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** The servers that have died since. */
export function listDead(lab: Lab): string[] {
  return Object.entries(lab.servers).flatMap(([name, process]) => (isAlive(process) ? [] : [name]));
}

/** Says whether the guest is up. */
export function isGuestUp(lab: Lab): boolean {
  return isAlive(lab.guest.leader);
}
