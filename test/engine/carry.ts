import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {carryOut, type RunPlan} from '../../src/engine/carry-out.ts';
import {openJournal, readJournal} from '../../src/engine/journal.ts';
import {makePlan} from '../../src/engine/plan.ts';
import {claimRun} from '../../src/engine/run-files.ts';
import type {Event} from '../../src/model/event.ts';
import {advance, noRun, type Run} from '../../src/model/run.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

export type Setting = Partial<RunPlan> & {
  readonly digest?: string;
  readonly approved?: readonly string[];
  readonly findUndoing?: () => Promise<string | undefined>;
};

/** Carries out a plan made of toys, and returns how its caller and its journal see it. */
export async function carry({findUndoing, approved = [], ...setting}: Setting, stop = new AbortController()) {
  const host = createMemoryHost();
  const plan: RunPlan = {resources: [], checks: [], problems: [], ...setting};
  const base = await mkdtemp(join(tmpdir(), 'onebox-'));
  const journal = await openJournal(await claimRun({base}));
  const {digest = (await makePlan({resources: plan.resources, host})).digest} = setting;
  const end = await carryOut(plan, {
    host,
    journal,
    request: {command: 'apply', digest, approved, by: 'root'},
    version: '0.1.0',
    signal: stop.signal,
    ...(findUndoing && {findUndoing}),
  });
  const seen: Event[] = [];
  for await (const event of readJournal(journal.path)) seen.push(event);
  return {seen, end, run: seen.reduce<Run>(advance, noRun), types: seen.map(({type}) => type)};
}
