import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {labName} from './places.ts';

/** A process that cannot be mistaken for a later one with the same number. */
export type Process = {readonly pid: number; readonly started: string};

/** Carried by everything the lab starts, so that what a killed lab left can be found. */
export const marker = {JITSI_ONEBOX_LAB: labName} as const;

/** Names the process that has this number now. */
export function identify(pid: number): Process | undefined {
  const started = readStat(pid)?.[19];
  return started === undefined ? undefined : {pid, started};
}

/** Says whether that very process still runs; a zombie does not. */
export function isAlive({pid, started}: Process): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat[0] !== 'Z' && stat[19] === started;
}

/** The children of a process, of all its threads. */
export function listChildren(pid: number): number[] {
  return readWords(`/proc/${pid}/task/${pid}/children`).map(Number);
}

/** Says whether a process counts processes anew, as the first one of a guest does. */
export function hasOwnNumbers(pid: number): boolean {
  const numbering = readNumbering(pid);
  return numbering !== undefined && numbering !== readNumbering('self');
}

/** Every process that is counted where this one is: all that run in a guest whose first it is. */
export function listFellows(pid: number): number[] {
  const home = readNumbering(pid);
  return listAll().filter(each => readNumbering(each) === home);
}

/** Every process that carries the lab's marker in its environment. */
export function listMarked(): number[] {
  const mark = Object.entries(marker)[0]?.join('=') ?? '';
  return listAll().filter(pid => read(`/proc/${pid}/environ`).split('\0').includes(mark));
}

function listAll(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
}

/** Names the place where this process has its number. */
function readNumbering(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

// The fields after the command's name, which may itself hold spaces and brackets.
function readStat(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readWords(path: string): string[] {
  return read(path).split(/\s+/).filter(Boolean);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
