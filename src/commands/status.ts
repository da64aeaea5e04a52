import {isGood, runChecks} from '../engine/checks.ts';
import type {Check, CheckResult} from '../model/check.ts';
import {exits} from '../model/program.ts';
import type {Draft} from '../model/settings/draft.ts';
import {renderChecks} from '../plain/render.ts';
import {checksFromElsewhere, describeAddress, describeNotice, isInstalled} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readDraft} from './context.ts';
import {notInstalled} from './refusals.ts';

/** `status` and `doctor`: check the installation; `doctor` adds the evidence, or writes it with all else into a file. */
export async function showStatus(context: CommandContext, print: Print): Promise<number> {
  const {command, bundle, accept, keep, take, before} = context.invocation;
  if (keep !== undefined) await (await import('./keep.ts')).keepFile(context, keep);
  if (take !== undefined) await (await import('./keep.ts')).takeFile(context, take);
  if (accept.length > 0) await (await import('./accept.ts')).acceptFindings(context, accept);
  if (bundle !== undefined) return (await import('./bundle.ts')).writeBundle(context, print, bundle);
  const draft = await readDraft(context);
  if (command === 'doctor' && (before || !(await hasServer(context, draft))))
    return (await import('./before.ts')).showBefore(context, print, draft);
  if (draft.missing.length > 0) throw notInstalled();
  const {checks, blueprint} = await drawStackFor(context, draft, await detectFacts(context, draft));
  const {host} = context.machine;
  const address = await describeAddress(host, blueprint.project.directory);
  return showChecks(context, print, checks, {update: await describeNotice(host), address});
}

/** Returns whether there is an installation to check. */
async function hasServer({machine: {host}}: CommandContext, draft: Draft): Promise<boolean> {
  return draft.missing.length === 0 && isInstalled(host, String(draft.values.get('stack.directory')));
}

/** `check DOMAIN`: checks a server from any machine; reads nothing of this one. */
export function showCheckOf(context: CommandContext, print: Print): Promise<number> {
  return showChecks(context, print, checksFromElsewhere(context.invocation.domain ?? ''));
}

async function showChecks(
  context: CommandContext,
  print: Print,
  checks: readonly Check[],
  news: {readonly update?: string | undefined; readonly address?: string | undefined} = {},
): Promise<number> {
  const {machine, signal, invocation} = context;
  const results = await runChecks({checks, host: machine.host, signal});
  const isThorough = invocation.command !== 'status';
  const told = Object.values(news).filter(each => each !== undefined);
  print(
    invocation.json
      ? formatJson({checks: results, counts: countStates(results), ...news})
      : [renderChecks(results, {isThorough}), ...told].join('\n\n'),
  );
  return exitOf(results);
}

/** Chooses the exit status: a failure counts more than a part that is still starting. */
function exitOf(results: readonly CheckResult[]): number {
  const bad = results.filter(result => !isGood(result));
  if (bad.length === 0) return exits.done;
  return bad.every(({state}) => state === 'starting') ? exits.starting : exits.failed;
}

function countStates(results: readonly CheckResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const {state, isAccepted} of results) {
    const word = isAccepted ? 'accepted' : state;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
