import {exits} from './exit-codes.ts';
import type {Run} from './model/run.ts';
import type {Report} from './model/ui.ts';
import type {Stack} from './stack/index.ts';

type Ended = {readonly run: Run; readonly stack: Stack; readonly exit: number; readonly journal?: string};

/** What is said at the end of a run. */
export function reportOn({run, stack, exit, journal}: Ended): Report {
  const address = `https://${stack.blueprint.domain}/`;
  const {forwards} = stack;
  return {run, address, forwards, next: nextSteps(exit), ...(journal !== undefined && {journal})};
}

function nextSteps(exit: number): readonly string[] {
  if (exit !== exits.done)
    return ['Put right what is named above and run `sudo jitsi-onebox apply`: it goes on where it stopped.'];
  return ['Come back with `sudo jitsi-onebox`: how it is, and everything that can be changed.'];
}
