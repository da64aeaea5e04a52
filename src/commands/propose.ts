import {writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import type {Facts} from '../model/facts.ts';
import type {Plan} from '../model/plan.ts';
import {describeError, Problem} from '../model/problem.ts';
import type {Draft} from '../model/settings/draft.ts';
import {writeSettings} from '../model/settings/write.ts';
import {comparePlans} from '../rehearsal/rehearsal.ts';
import {planStack, readDraft, type Scene, survey} from '../runs/survey.ts';
import type {Stack} from '../stack/index.ts';

/** What would be done; `stack` is undefined where something that only the owner can put right keeps it from being drawn. */
export type Proposed = {readonly stack: Stack | undefined; readonly plan: Plan};

/** The plan; where it cannot even be drawn up, one that tells what stands in the way. */
export async function propose(scene: Scene, draft: Draft, facts: Facts): Promise<Proposed> {
  const stack = await drawOrTell(scene, draft, facts);
  if ('problem' in stack) return {stack: undefined, plan: {...emptyPlan, problems: [describeError(stack.problem)]}};
  return {stack, plan: await planFor(scene, stack, facts)};
}

const emptyPlan: Plan = {digest: '', changes: [], unchanged: [], unknown: [], problems: [], warnings: []};

/** The stack, or what only the owner can put right before there can be one. */
export async function drawOrTell(
  scene: Scene,
  draft: Draft,
  facts: Facts,
): Promise<Stack | {readonly problem: Problem}> {
  try {
    return await survey(scene, draft, facts);
  } catch (error) {
    if (error instanceof Problem && error.code !== 'bad-settings') return {problem: error};
    throw error;
  }
}

/** What would change; on a recorded machine that has its installation, compared with that. */
async function planFor(scene: Scene, stack: Stack, facts: Facts): Promise<Plan> {
  const plan = await planStack(scene.host, stack);
  if (scene.recording?.props.settings === undefined) return plan;
  return comparePlans(await planStack(scene.host, await survey(scene, await readDraft(scene), facts)), plan);
}

/** Saves the settings where the owner stands, under a name that is free, and says how to use them. */
export async function saveCopy(draft: Draft, names = nameCopies()): Promise<string> {
  const path = resolve(names.next().value);
  try {
    await writeFile(path, writeSettings(draft), {flag: 'wx'});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return saveCopy(draft, names);
    throw error;
  }
  return `Saved to ${path}. The same again:\nsudo jitsi-onebox apply --settings ${path}`;
}

function* nameCopies(): Generator<string, never> {
  yield 'jitsi-onebox.yaml';
  for (let copy = 2; ; copy += 1) yield `jitsi-onebox-${copy}.yaml`;
}
