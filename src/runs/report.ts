import {exits} from '../model/exit-codes.ts';
import type {Run} from '../model/run.ts';
import type {Report} from '../model/ui.ts';
import type {Stack} from '../stack/index.ts';

/** A run that is over. */
export type Ended = {readonly run: Run; readonly exit: number; readonly journal?: string};

/** What is said at the end of a run that sets the server up. */
export function reportOn({blueprint, forwards}: Stack, {run, exit, journal}: Ended): Report {
  const address = `https://${blueprint.domain}/`;
  return {run, address, forwards, next: nextSteps(run, exit), ...(journal !== undefined && {journal})};
}

function nextSteps({undoneBy}: Run, exit: number): readonly string[] {
  if (exit === exits.done)
    return ['Come back with `sudo jitsi-onebox`: how it is, and everything that can be changed.'];
  if (undoneBy !== undefined) return ['Put right what is named above; what this run changed is being put back now.'];
  return [
    'Put right what is named above and run `sudo jitsi-onebox apply`: it goes on where it stopped.',
    'Or put everything back as it was before this run: `sudo jitsi-onebox undo`.',
  ];
}
