import type {Host} from '../../src/model/host.ts';
import type {Problem} from '../../src/model/problem.ts';
import {type Difference, noOtherChanges, type Progress, type Resource, type Work} from '../../src/model/resource.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';

/** A step's context that records everything a resource reports while it is applied. */
export type RecordedWork = Work & {
  readonly lines: string[];
  readonly warnings: Problem[];
  readonly steps: Progress[];
  /** How often the step released its locks early. */
  releases: number;
};

/** Makes the context that the engine gives a step, with records of its output. */
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

/** Returns the differences of a resource on a machine where nothing else changes. */
export async function compare(resource: Resource, host: Host): Promise<readonly Difference[]> {
  return resource.diff(await resource.read(host), noOtherChanges);
}

/** Reads the state and applies the differences, as the engine does. */
export async function converge(resource: Resource, host: Host): Promise<RecordedWork> {
  const work = createWork(host);
  const state = await resource.read(host);
  const differences = resource.diff(state, noOtherChanges);
  if (differences.length > 0) await resource.apply(work, state, differences);
  return work;
}

/** Makes a machine where one command changes the answer of another. */
export function createSwitch(
  question: string,
  change: string,
  [before, after]: readonly [object, object | string],
): MemoryHost {
  let isChanged = false;
  return createMemoryHost({
    commands: {
      [question]: () => (isChanged ? after : before),
      [change]: () => {
        isChanged = true;
        return '';
      },
    },
  });
}

/** Returns a resource that must have been made. */
export function required(resource: Resource | undefined): Resource {
  if (!resource) throw new Error('a resource was expected');
  return resource;
}
