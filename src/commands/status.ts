import {isGood, runChecks} from '../engine/checks.ts';
import type {Check, CheckResult} from '../model/check.ts';
import {exits} from '../model/program.ts';
import {renderChecks} from '../plain/render.ts';
import {checksFromElsewhere, describeAddress, describeNotice} from '../stack/index.ts';
import {
  type CommandContext,
  detectFacts,
  drawStackFor,
  formatJson,
  notInstalled,
  type Print,
  readDraft,
} from './context.ts';

/** `status` and `doctor`: check the installation; `doctor` adds the evidence, or writes it with all else into a file. */
export async function showStatus(context: CommandContext, print: Print): Promise<number> {
  const {bundle} = context.invocation;
  if (bundle !== undefined) return (await import('./bundle.ts')).writeBundle(context, print, bundle);
  const draft = await readDraft(context);
  if (draft.missing.length > 0) throw notInstalled();
  const {checks, blueprint} = await drawStackFor(context, draft, await detectFacts(context, draft));
  const {host} = context.machine;
  const address = await describeAddress(host, blueprint.project.directory);
  return showChecks(context, print, checks, {update: await describeNotice(host), address});
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
  for (const {state} of results) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
