import {readJournal} from '../engine/journal.ts';
import type {RunFiles} from '../engine/run-files.ts';
import {exits} from '../model/program.ts';

/** Returns whether a run has ended, and done everything. */
export async function hasSucceeded({path}: RunFiles): Promise<boolean> {
  try {
    for await (const event of readJournal(path)) if (event.type === 'run-finished') return event.exit === exits.done;
  } catch {
    // A run that was claimed and never began has no journal.
  }
  return false;
}
