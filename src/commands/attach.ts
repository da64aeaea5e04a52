import {findGoingRun} from '../engine/going.ts';
import {filesOf, latestRun} from '../engine/journal.ts';
import {readRequest} from '../engine/launch.ts';
import {Problem} from '../model/problem.ts';
import type {Ui} from '../model/ui.ts';
import {recallTale} from '../runs/errand.ts';
import type {Scene} from '../runs/survey.ts';
import {attend} from '../runs/watch.ts';
import {recover} from './undo.ts';

/** `attach`: shows the run that is going, or the newest one, from its start. */
export async function attach(scene: Scene, ui: Ui): Promise<number> {
  const going = await findGoingRun(scene.host);
  const files = going === undefined ? await latestRun() : filesOf(going);
  if (!files) throw noRun();
  const tale = await recallTale(scene, await readRequest(files));
  // Going on, by `recover`, is for who saw the run end and not for who reads of it later.
  const attended = await attend({scene, ui, files, tale});
  return going === undefined ? attended.exit : recover(scene, ui, attended);
}

function noRun(): Problem {
  return new Problem({
    code: 'no-run',
    summary: 'There is no run to attach to: nothing was ever carried out here.',
    remedy: 'Start one with `sudo jitsi-onebox`.',
  });
}
