import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {labName} from './places.ts';

/** A process: its number, and its start time, which a later one with the same number does not have. */
export type Process = {readonly pid: number; readonly started: string};

/** Variables of every process that the lab starts, so that those of a killed lab can be found. */
export const marker = {JITSI_ONEBOX_LAB: labName} as const;

/** Identifies the process that has this number now. */
export function identify(pid: number): Process | undefined {
  const started = readStat(pid)?.[19];
  return started === undefined ? undefined : {pid, started};
}

/** Checks whether that very process still runs; a zombie does not. */
export function isAlive({pid, started}: Process): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat[0] !== 'Z' && stat[19] === started;
}

/** Lists the children of a process's main thread. */
export function listChildren(pid: number): number[] {
  return readWords(`/proc/${pid}/task/${pid}/children`).map(Number);
}

/** Checks whether a process is in another PID namespace, as a guest's first process is. */
export function hasOwnNumbers(pid: number): boolean {
  const numbering = readNumbering(pid);
  return numbering !== undefined && numbering !== readNumbering('self');
}

/** Lists the processes in the same PID namespace: all of a guest. */
export function listFellows(pid: number): number[] {
  const home = readNumbering(pid);
  return listAll().filter(each => readNumbering(each) === home);
}

/** Lists the processes with the lab's marker in their environment. */
export function listMarked(): number[] {
  const mark = Object.entries(marker)[0]?.join('=') ?? '';
  return listAll().filter(pid => read(`/proc/${pid}/environ`).split('\0').includes(mark));
}

function listAll(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
}

/** Reads the PID namespace of a process. */
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
