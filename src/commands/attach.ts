import {Problem} from '../model/problem.ts';
import type {Ui} from '../model/ui.ts';
import {watchRun} from '../runs/watch.ts';
import type {CommandContext} from './context.ts';
import {recover} from './undo.ts';

/** `attach`: shows the run in progress, or the newest one, from its start. */
export async function attach(context: CommandContext, ui: Ui): Promise<number> {
  const latest = await context.machine.openLatestRun();
  if (!latest) throw nothingToShow();
  const end = await watchRun(ui, latest.record);
  // Offer recovery only if we watched the run end.
  return latest.isGoing ? recover(context, ui, end) : end.exit;
}

function nothingToShow(): Problem {
  return new Problem({
    code: 'no-run',
    summary: 'There is no run to attach to: nothing has been run here yet.',
    remedy: 'Start one with `sudo jitsi-onebox`.',
  });
}
