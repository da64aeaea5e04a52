import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join, normalize} from 'node:path';
import type {Facts} from '../model/facts.ts';
import {explainChange} from '../model/patch.ts';
import type {Change, Plan} from '../model/plan.ts';
import {exits} from '../model/program.ts';
import {listSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {askFor} from '../model/settings/questions.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Ui} from '../model/ui.ts';
import {renderPlan} from '../plain/render.ts';
import {planStack} from '../runs/survey.ts';
import {sketchMap} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readDraft} from './context.ts';
import {writeKeptPlan} from './kept-plan.ts';
import {makeEmptyDirectory, notWritten, writeNew} from './named-file.ts';

/** `plan`: shows what would change; in a terminal it asks for missing settings. */
export async function showPlan(context: CommandContext, print: Print, openUi: () => Promise<Ui>): Promise<number> {
  const {json, out, save, takeOver} = context.invocation;
  if (out !== undefined) await makeEmptyDirectory(out);
  const start = await readDraft(context);
  const canAsk = process.stdin.isTTY && process.stdout.isTTY && !json;
  const isAsked = canAsk && start.missing.length > 0;
  const known = isAsked ? await askMissing(context, start, await openUi()) : {draft: start};
  if (!known) return exits.stopped;
  const {draft, facts = await detectFacts(context, draft)} = known;
  const plan = await planStack(context.machine, await drawStackFor(context, draft, facts));
  if (out !== undefined) await writeFilesOf(plan, out);
  const text = json ? formatJson({...describePlan(plan), settings: listSettings(draft, {})}) : renderPlan(plan);
  // A plan on standard output is there alone.
  if (save !== '-' || plan.problems.length > 0) print(text);
  if (plan.problems.length > 0) return exits.failed;
  if (save !== undefined)
    await savePlan(context, print, writeKeptPlan(plan, {settings: writeSettings(draft), takeOver}));
  return plan.changes.length > 0 ? exits.changes : exits.done;
}

async function savePlan({invocation: {json, save = '-'}}: CommandContext, print: Print, kept: string): Promise<void> {
  if (save === '-') return print(kept);
  await writeNew(save, `${kept}\n`);
  if (!json) print(`\nSaved to ${save}. Apply exactly this plan: sudo jitsi-onebox apply --plan ${save}`);
}

/** Runs the wizard alone; returns undefined if the user leaves. */
async function askMissing(
  context: CommandContext,
  draft: Draft,
  ui: Ui,
): Promise<{readonly draft: Draft; readonly facts?: Facts} | undefined> {
  try {
    const facts = await detectFacts(context, draft, ui);
    const answers = await ui.ask(askFor(draft, facts), sketchMap(draft, facts));
    return answers && {draft: addAnswers(draft, answers), facts};
  } finally {
    await ui.close();
  }
}

function describePlan({digest, changes, ...rest}: Plan): object {
  return {...rest, changes: changes.map(describeChange), digest};
}

function describeChange(planned: Change): object {
  const {id, place, kind, change, differences} = planned;
  const lines = differences.some(({text}) => text) ? explainChange(planned) : [];
  return {
    id,
    place,
    kind,
    change,
    summary: differences.map(({summary}) => summary).join('; '),
    ...(lines.length > 0 && {diff: lines.map(({text}) => text).join('\n')}),
  };
}

/** Writes every planned file below a directory, except those that hold secrets. */
async function writeFilesOf({changes}: Plan, directory: string): Promise<void> {
  for (const {id, differences} of changes) {
    const text = differences.find(difference => difference.text)?.text;
    if (!id.startsWith('file:') || !text) continue;
    const path = join(directory, normalize(id.slice('file:'.length)));
    try {
      await mkdir(dirname(path), {recursive: true});
      await writeFile(path, text.after, {flag: 'wx'});
    } catch (cause) {
      throw notWritten(path, cause);
    }
  }
}
