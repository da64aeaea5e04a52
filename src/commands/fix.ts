import {runChecks} from '../engine/checks.ts';
import {refuseRun} from '../engine/worker-unit.ts';
import {describeError} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {noRun} from '../model/run.ts';
import type {Ui} from '../model/ui.ts';
import {approve} from '../runs/plan.ts';
import {planStack} from '../runs/survey.ts';
import {watchRun} from '../runs/watch.ts';
import {explainLeft, listFindings} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, readInstalledDraft} from './context.ts';
import {requestFor} from './install.ts';
import {recover} from './undo.ts';

/** `doctor --fix`: plans what can be put right here, applies it once the user approves, and lists what is left to them. */
export async function fixFindings(context: CommandContext, ui: Ui): Promise<number> {
  const {machine, signal} = context;
  await refuseRun(machine.host);
  const draft = await readInstalledDraft(context);
  const facts = await detectFacts(context, draft);
  const stack = await drawStackFor(context, draft, facts);
  const findings = listFindings(await runChecks({checks: stack.checks, host: machine.host, signal, awaitsStart: true}));
  const planned = await planStack(machine, stack);
  const left = explainLeft(findings, planned.changes.length > 0).map(describeError);
  if (planned.changes.length === 0 && planned.problems.length === 0) {
    const isFailed = findings.some(({state}) => state !== 'warning');
    if (left.length > 0) await ui.showProblems(left);
    const done =
      left.length === 0 ? 'Every check passes: there is nothing to put right.' : 'The rest is as the settings say.';
    await ui.report({run: {...noRun, outcome: isFailed ? 'failed' : 'done'}, done, forwards: [], next: []});
    return isFailed ? exits.failed : exits.done;
  }
  const plan = {...planned, warnings: [...left, ...planned.warnings]};
  const decision = await ui.review(plan);
  if (decision === 'again') return fixFindings(context, ui);
  if (decision !== 'apply') return plan.problems.length > 0 ? exits.failed : exits.stopped;
  const request = approve(requestFor(context, stack, {draft, facts}), plan);
  return recover(context, ui, await watchRun(ui, await machine.start(request, plan, stack.checks)));
}
