import type {Recovery} from '../model/ui.ts';
import {Dialog} from './components/dialog.tsx';
import type {Hint} from './components/key-hints.tsx';
import {isStroke, type Stroke} from './keys.ts';
import {createStore, waitFor} from './store.ts';
import type {Scene} from './theatre.ts';

const keys: Readonly<Record<Recovery, Hint>> = {
  again: ['r', 'try again'],
  undo: ['u', 'put everything back'],
  leave: ['q', 'leave it'],
};

const text: Readonly<Record<Recovery, string>> = {
  again: 'Trying again goes on where it stopped.',
  undo: 'Putting back shows first what it comes to: everything as it was before you began.',
  leave: 'Leaving it changes nothing; all of this can be done later.',
};

/** After a run that failed: what its owner wants now. */
export function recoverScene(choices: readonly Recovery[]): Scene<Recovery> {
  const store = createStore<Recovery | undefined>(undefined);
  return {
    draw: size => (
      <Dialog
        question="Not everything was done. What now?"
        text={choices.map(choice => text[choice]).join(' ')}
        hints={choices.map(choice => keys[choice])}
        size={size}
      />
    ),
    press: stroke => store.update(chosen => chosen ?? read(stroke, choices)),
    outcome: waitFor(store, choice => choice),
  };
}

function read(stroke: Stroke, choices: readonly Recovery[]): Recovery | undefined {
  if (isStroke(stroke, 'interrupt', 'escape')) return 'leave';
  return choices.find(choice => isStroke(stroke, {letter: keys[choice][0]}));
}
