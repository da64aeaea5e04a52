import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {isGood, runChecks} from '../engine/checks.ts';
import type {Check, CheckResult} from '../model/check.ts';
import {exits} from '../model/exit-codes.ts';
import type {Facts} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import {explainChange} from '../model/patch.ts';
import type {Plan} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {listSettings} from '../model/settings/list.ts';
import {askFor} from '../model/settings/questions.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Ui} from '../model/ui.ts';
import {renderChecks, renderFacts, renderPlan, renderSettings} from '../plain/render.ts';
import {look, lookQuietly, planStack, readDraft, type Scene, survey} from '../runs/survey.ts';
import {checksFromElsewhere, type Stack, sketchMap} from '../stack/index.ts';
import type {Command, Invocation} from './arguments.ts';
import {testSelf} from './self-test.ts';

/** Prints one answer: text for people, or JSON for programs. */
type Print = (text: string) => void;

/** A command that looks and tells, and changes nothing. */
type Inspection = (scene: Scene, print: Print, openUi: (invocation: Invocation) => Promise<Ui>) => Promise<number>;

const json = (value: unknown) => JSON.stringify(value, undefined, 2);

/** `plan`: what would change; in a terminal it asks for what the settings leave out. */
async function showPlan(...[scene, print, openUi]: Parameters<Inspection>): Promise<number> {
  const {invocation, host} = scene;
  const start = await readDraft(scene);
  const canAsk = process.stdin.isTTY && process.stdout.isTTY && !invocation.json;
  const asksFirst = canAsk && start.missing.length > 0;
  const known = asksFirst ? await askMissing(scene, start, await openUi(invocation)) : {draft: start};
  if (!known) return exits.stopped;
  const {draft, facts = await lookQuietly(scene, draft)} = known;
  const plan = await planStack(host, await survey(scene, draft, facts));
  if (invocation.out !== undefined) await writeOut(plan, invocation.out);
  print(invocation.json ? json({...describePlan(plan), settings: listSettings(draft, {})}) : renderPlan(plan));
  if (plan.problems.length > 0) return exits.failed;
  return plan.changes.length > 0 ? exits.changes : exits.done;
}

type Known = {readonly draft: Draft; readonly facts?: Facts};

/** The wizard without what follows it; undefined when the owner left. */
async function askMissing(scene: Scene, draft: Draft, ui: Ui): Promise<Known | undefined> {
  try {
    const {detected, facts} = look(scene, draft);
    await ui.look(detected);
    const found = await facts;
    const answers = await ui.ask(askFor(draft, found), sketchMap(draft, found));
    return answers && {draft: addAnswers(draft, answers), facts: found};
  } finally {
    await ui.close();
  }
}

function describePlan({digest, changes, ...rest}: Plan): object {
  const described = changes.map(change => {
    const {id, place, kind, change: verb, differences} = change;
    const diff =
      differences.some(({text}) => text) &&
      explainChange(change)
        .map(({text}) => text)
        .join('\n');
    return {
      id,
      place,
      kind,
      change: verb,
      summary: differences.map(({summary}) => summary).join('; '),
      ...(diff && {diff}),
    };
  });
  return {...rest, changes: described, digest};
}

/** Writes every file that the plan would write below a directory; those that hold secrets are left out. */
async function writeOut({changes}: Plan, directory: string): Promise<void> {
  for (const {id, differences} of changes) {
    const text = differences.find(difference => difference.text)?.text;
    if (!id.startsWith('file:') || !text) continue;
    const path = join(directory, id.slice('file:'.length));
    await mkdir(dirname(path), {recursive: true});
    await writeFile(path, text.after);
  }
}

/** `detect`: what is found out about the machine. */
async function showFacts(scene: Scene, print: Print): Promise<number> {
  const facts = await lookQuietly(scene, await readDraft(scene));
  print(scene.invocation.json ? factsToJson(facts) : renderFacts(facts));
  return exits.done;
}

/** `status`: whether the parts of the installation work, a line each. */
function showStatus(scene: Scene, print: Print): Promise<number> {
  return prove(scene, print, {isThorough: false});
}

/** `doctor`: the same, with what shows it. */
function showDiagnosis(scene: Scene, print: Print): Promise<number> {
  return prove(scene, print, {isThorough: true});
}

async function prove(scene: Scene, print: Print, {isThorough}: {isThorough: boolean}): Promise<number> {
  const draft = await readDraft(scene);
  if (draft.missing.length > 0) throw notInstalled();
  const {checks} = await survey(scene, draft, await lookQuietly(scene, draft));
  return tellChecks({scene, print, checks, isThorough});
}

/** `check DOMAIN`: what can be seen of a server from here; nothing is read of this machine. */
function showProofFromElsewhere(scene: Scene, print: Print): Promise<number> {
  const checks = checksFromElsewhere(scene.invocation.domain ?? '');
  return tellChecks({scene, print, checks, isThorough: true});
}

type Told = {scene: Scene; print: Print; checks: readonly Check[]; isThorough: boolean};

async function tellChecks({scene, print, checks, isThorough}: Told): Promise<number> {
  const {host, signal, invocation} = scene;
  const results = await runChecks({checks, host, signal});
  const counts = countStates(results);
  print(invocation.json ? json({checks: results, counts}) : renderChecks(results, {isThorough}));
  return results.every(isGood) ? exits.done : exits.failed;
}

function countStates(results: readonly CheckResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const {state} of results) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function notInstalled(): Problem {
  return new Problem({
    code: 'not-installed',
    summary: 'Nothing is installed here yet.',
    remedy: 'Run `sudo jitsi-onebox` first.',
  });
}

/** `settings`: every setting with where it comes from; or the settings file itself, saved elsewhere. */
async function showSettings(scene: Scene, print: Print): Promise<number> {
  const {save, json: isJson} = scene.invocation;
  const draft = await readDraft(scene);
  if (save !== undefined) {
    await writeFile(save, writeSettings(draft));
    print(`Saved to ${save}. The same again on another machine: jitsi-onebox apply --settings ${save}`);
    return exits.done;
  }
  const isComplete = draft.missing.length === 0 && draft.faults.length === 0;
  const stack = isComplete ? await survey(scene, draft, await lookQuietly(scene, draft)) : undefined;
  const settings = listSettings(draft, stack ? decided(stack) : {});
  print(isJson ? json(settings) : renderSettings(settings));
  return exits.done;
}

/** What every `auto` comes to on this machine. */
function decided({blueprint}: Stack): Readonly<Record<string, string>> {
  return {
    'address.public': blueprint.publicAddress,
    'address.local': blueprint.localAddress,
    timezone: blueprint.timezone,
    'memory.videobridge': blueprint.memory.videobridge,
    'memory.jicofo': blueprint.memory.jicofo,
    'stack.subnet': blueprint.network.subnet,
  };
}

/** The commands that look and tell, by name. */
export const inspections: Readonly<
  Record<Exclude<Command, 'install' | 'apply' | 'attach' | 'undo' | 'uninstall'>, Inspection>
> = {
  plan: showPlan,
  detect: showFacts,
  status: showStatus,
  doctor: showDiagnosis,
  check: showProofFromElsewhere,
  settings: showSettings,
  'self-test': testSelf,
};
