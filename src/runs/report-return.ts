import type {ReturnErrand} from '../engine/launch.ts';
import {exits} from '../model/exit-codes.ts';
import type {Report} from '../model/ui.ts';
import type {Ended} from './report.ts';

/** What is said at the end of a run that went back. */
export function reportReturn(errand: ReturnErrand, {run, exit, journal}: Ended): Report {
  const isPurged = errand.command === 'uninstall' && errand.purge && exit === exits.done;
  return {
    run,
    done: tellDone(errand),
    forwards: [],
    next:
      exit === exits.done
        ? nextSteps(errand)
        : [`Put right what is named above and run \`${tellCommand(errand)}\` again: it goes on where it stopped.`],
    ...(journal !== undefined && !isPurged && {journal}),
  };
}

function tellDone(errand: ReturnErrand): string {
  if (errand.command === 'undo') return `Everything is as it was before run ${errand.run}.`;
  return errand.purge
    ? 'This host is as it was before the installation.'
    : 'The meeting server is gone; settings, passwords, certificates and accounts are kept.';
}

function tellCommand(errand: ReturnErrand): string {
  if (errand.command === 'undo') return `sudo jitsi-onebox undo ${errand.run}`;
  return `sudo jitsi-onebox uninstall${errand.purge ? ' --purge' : ''}`;
}

function nextSteps(errand: ReturnErrand): readonly string[] {
  if (errand.command === 'undo') return ['`sudo jitsi-onebox` shows how it is now.'];
  if (!errand.purge) return ['Bring it back with `sudo jitsi-onebox apply`; `uninstall --purge` removes the rest too.'];
  return import.meta.filename.startsWith('/usr/lib/')
    ? ['The program came by apt, and so it goes: sudo apt purge jitsi-onebox']
    : ['Take the forwarded ports out of the router.'];
}
