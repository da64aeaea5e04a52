import type {Event} from '../model/event.ts';
import type {Run} from '../model/run.ts';
import type {RunControls} from '../model/ui.ts';
import {backgroundNotice} from '../model/words.ts';
import {type Narrated, narrateEvent, narrateSilence, noNarration} from './narrator.ts';

type Say = (text: string) => void;

/** Prints a run as it happens, and returns how it ended. */
export async function followRun(events: AsyncIterable<Event>, controls: RunControls, say: Say): Promise<Run> {
  let narration = noNarration;
  const print = (narrated: Narrated) => {
    narration = narrated.narration;
    for (const line of narrated.lines) say(line);
  };
  const clock = setInterval(() => print(narrateSilence(narration, Date.now())), 1000);
  const onInterrupt = stopThenLeave(controls, say);
  process.on('SIGINT', onInterrupt);
  try {
    for await (const event of events) print(narrateEvent(narration, event));
    return narration.run;
  } finally {
    clearInterval(clock);
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** Stops the run at the first Ctrl-C, and only stops watching it at the second. */
function stopThenLeave({stop, leave}: RunControls, say: Say): () => void {
  let isStopping = false;
  return () => {
    if (isStopping) {
      say(backgroundNotice);
      leave();
    } else {
      say('Asking the run to stop. Press Ctrl-C again to leave it running.');
      stop();
    }
    isStopping = true;
  };
}
