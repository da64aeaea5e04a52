import {createHash} from 'node:crypto';
import type {Host} from '../model/host.ts';
import type {Change, Plan, Unknown} from '../model/plan.ts';
import {describeError, Problem, type ProblemReport} from '../model/problem.ts';
import type {ChangeKind, Difference, Outlook, Resource} from '../model/resource.ts';
import {takeOneLook} from './one-look.ts';
import {findAllNeeds, orderByNeeds} from './order.ts';

const readersAtOnce = 16;

/** From the weightiest down: a change with several differences is called after the first of these. */
const weights: readonly ChangeKind[] = ['remove', 'create', 'order', 'pull', 'restart', 'reload', 'start', 'update'];

type Answer<T> = {readonly value: T} | {readonly unknown: string} | {readonly problem: ProblemReport};

/** Compares the machine with its wanted state, and changes nothing. */
export async function makePlan({
  resources,
  host,
  problems = [],
}: {
  readonly resources: readonly Resource[];
  readonly host: Host;
  readonly problems?: readonly ProblemReport[];
}): Promise<Plan> {
  const ordered = orderByNeeds(resources);
  const states = await readAll(ordered, takeOneLook(host));
  const found = new Map<string, readonly Difference[]>();
  const unknown: Unknown[] = [];
  const stopping = [...problems];
  const outlookOf = makeOutlooks(ordered, found);
  for (const [index, resource] of ordered.entries()) {
    const answer = await compare(resource, states[index], outlookOf(resource));
    if ('value' in answer) found.set(resource.id, answer.value);
    else if ('unknown' in answer) unknown.push({id: resource.id, reason: answer.unknown});
    else stopping.push(answer.problem);
  }
  const changes = ordered.flatMap(resource => describeChange(resource, found.get(resource.id) ?? []));
  const unchanged = [...found].filter(([, differences]) => differences.length === 0).map(([id]) => id);
  const warnings = changes.flatMap(({differences}) => differences.flatMap(({warning}) => warning ?? []));
  return {digest: digestOf(changes), changes, unchanged, unknown, problems: withoutRepeats(stopping), warnings};
}

/** Reads all resources, several at a time; the states keep their order. */
async function readAll(resources: readonly Resource[], host: Host): Promise<readonly Answer<unknown>[]> {
  const states = new Array<Answer<unknown>>(resources.length);
  const rest = resources.entries();
  const work = async () => {
    // All readers draw from the same iterator, so each resource is taken once.
    for (const [index, resource] of rest) states[index] = await attempt(() => resource.read(host));
  };
  await Promise.all(Array.from({length: readersAtOnce}, work));
  return states;
}

function compare(
  resource: Resource,
  state: Answer<unknown> | undefined,
  outlook: Outlook,
): Promise<Answer<readonly Difference[]>> {
  if (!state) throw new Error(`${resource.id} was not read`);
  return 'value' in state ? attempt(() => resource.diff(state.value, outlook)) : Promise.resolve(state);
}

/** Takes a problem and a lack of permission for answers; everything else is a bug and ends the planning. */
async function attempt<T>(task: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return {value: await task()};
  } catch (error) {
    if (error instanceof Problem) return {problem: describeError(error)};
    if (lacksPermission(error)) return {unknown: error.message};
    throw error;
  }
}

function lacksPermission(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

/** Shows a resource the changes of those it needs. Asking about others is a bug: they may be compared later. */
function makeOutlooks(ordered: readonly Resource[], found: ReadonlyMap<string, readonly Difference[]>) {
  const allNeeds = findAllNeeds(ordered);
  return ({id: asker}: Resource): Outlook => ({
    changes(id) {
      if (allNeeds.has(id) && !allNeeds.get(asker)?.has(id))
        throw new Error(`${asker} asks about ${id} but does not need it`);
      return found.get(id) ?? [];
    },
  });
}

function describeChange(
  {id, title, place, kind, needs, locks}: Resource,
  differences: readonly Difference[],
): Change[] {
  const change = weights.find(weight => differences.some(difference => difference.change === weight));
  return change ? [{id, title, place, kind, change, differences, needs, locks}] : [];
}

/** Hashes a plan: the same changes have the same digest in any process, so no summary may hold a time or a count. */
function digestOf(changes: readonly Change[]): string {
  return hash(changes.flatMap(describeEssence).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** Returns the fingerprint of each change that needs approval. */
export function fingerprint(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(describeEssence).map(hash);
}

function describeEssence({id, differences}: Change): readonly (readonly unknown[])[] {
  const toApprove = differences.filter(({settling}) => !settling);
  const essence = toApprove.map(({change, summary, text}) => [change, summary, text?.before, text?.after]);
  return essence.length > 0 ? [[id, essence]] : [];
}

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

function withoutRepeats(problems: readonly ProblemReport[]): ProblemReport[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()];
}
