import {readFile} from 'node:fs/promises';
import type {Event} from '../model/event.ts';
import {Problem} from '../model/problem.ts';
import {readJournal} from './read-journal.ts';

type Started = Extract<Event, {type: 'run-started'}>;

/** The kernel counts a process's start in hundredths of a second on every Linux that Debian runs on. */
const ticksPerSecond = 100;
const slack = 2000;

/** Throws when the given run is still going. A run whose process is gone has died, and the next one goes on from there. */
export async function refuseSecondRun({path}: {path: string}): Promise<void> {
  const started = await findUnfinished(path);
  if (!started || !(await isStillRunning(started))) return;
  throw new Problem({
    code: 'run-in-progress',
    summary: `Run ${started.run} (${started.command}), started by ${started.by} at ${started.at}, is still going.`,
    remedy: `Wait until it has ended, then run this again. It is process ${started.pid}, and its journal is ${path}.`,
  });
}

async function findUnfinished(path: string): Promise<Started | undefined> {
  let started: Started | undefined;
  try {
    for await (const event of readJournal(path)) {
      if (event.type === 'run-started') started = event;
      if (event.type === 'run-finished') return undefined;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return started;
}

/** A process of that number that began after the run did is somebody else's: numbers are used again. */
async function isStillRunning({pid, at}: Started): Promise<boolean> {
  const began = await readStart(pid);
  return began !== undefined && began <= Date.parse(at) + slack;
}

/** When a process began, in milliseconds since 1970; undefined when there is none, or only its remains. */
async function readStart(pid: number): Promise<number | undefined> {
  const [stat, uptime] = await Promise.all(
    [`/proc/${pid}/stat`, '/proc/uptime'].map(path => readFile(path, 'utf8').catch(() => '')),
  );
  // The program's name stands in parentheses and may hold anything, so fields are counted from behind it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state] = fields;
  const ticks = Number(fields[19]);
  if (!state || /[ZX]/.test(state) || !Number.isFinite(ticks)) return undefined;
  return Date.now() - (Number.parseFloat(uptime ?? '') - ticks / ticksPerSecond) * 1000;
}
