import type {Facts} from '../model/facts.ts';
import {exits} from '../model/program.ts';
import type {Draft} from '../model/settings/draft.ts';
import type {TrialBody, TrialView} from '../model/trial.ts';
import type {Ui} from '../model/ui.ts';
import {openPortTrial} from '../runs/trial/ports.ts';
import {type OpenTrial, runTrial} from '../runs/trial/run.ts';
import {planPortTrial} from '../stack/trial/ports.ts';
import {type CommandContext, detectFacts, readDraft} from './context.ts';

/** `try-ports`: lets a browser outside try the ports that participants need, before or after an installation. */
export async function tryPorts(context: CommandContext, ui: Ui): Promise<number> {
  const draft = await readDraft(context);
  return exitOfTrial(await showPortTrial(context, ui, {draft, facts: await detectFacts(context, draft, ui)}));
}

/** Runs a trial of the ports on the screen. */
export function showPortTrial(
  {assets, signal}: CommandContext,
  ui: Ui,
  {draft, facts}: {readonly draft: Draft; readonly facts: Facts},
): Promise<TrialView> {
  const trial = planPortTrial(draft, facts);
  return showTrial(ui, emit => openPortTrial({trial, assets, emit}), signal);
}

/** Shows a trial until it ends, or the user leaves. */
export function showTrial(
  ui: Ui,
  open: (emit: (body: TrialBody) => void) => Promise<OpenTrial>,
  signal: AbortSignal,
): Promise<TrialView> {
  const leaving = new AbortController();
  const events = runTrial(open, AbortSignal.any([signal, leaving.signal]));
  return ui.tryOut(events, () => leaving.abort());
}

/** Returns 0 only if everything was tried, and works. */
export function exitOfTrial({ended, untried}: TrialView): number {
  if (ended?.reason === 'stopped') return exits.stopped;
  return ended?.reason === 'complete' && untried.length === 0 ? exits.done : exits.failed;
}
