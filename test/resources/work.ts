import type {Host} from '../../src/model/host.ts';
import type {Problem} from '../../src/model/problem.ts';
import {type Difference, noOtherChanges, type Progress, type Resource, type Work} from '../../src/model/resource.ts';

/** What a resource said while it was applied. */
export type RecordedWork = Work & {
  readonly lines: string[];
  readonly warnings: Problem[];
  readonly steps: Progress[];
  /** How often the step gave its locks back early. */
  releases: number;
};

/** What an engine lends a step, keeping what the step says. */
export function createWork(host: Host): RecordedWork {
  const work: RecordedWork = {
    host,
    signal: new AbortController().signal,
    lines: [],
    warnings: [],
    steps: [],
    releases: 0,
    record: async () => {},
    output: ({line}) => work.lines.push(line),
    progress: progress => work.steps.push(progress),
    warn: problem => work.warnings.push(problem),
    release: () => {
      work.releases++;
    },
  };
  return work;
}

/** How a resource differs on a machine where nothing else changes. */
export async function compare(resource: Resource, host: Host): Promise<readonly Difference[]> {
  return resource.diff(await resource.read(host), noOtherChanges);
}

/** Looks, and mends what differs, as the engine does it. */
export async function mend(resource: Resource, host: Host): Promise<RecordedWork> {
  const work = createWork(host);
  const state = await resource.read(host);
  const differences = resource.diff(state, noOtherChanges);
  if (differences.length > 0) await resource.apply(work, state, differences);
  return work;
}
