import type {Recovery} from '../../model/ui.ts';
import {DialogBox, type Hint} from '../components/foot.tsx';
import type {Screen} from '../display.ts';
import {isStroke} from '../keyboard.ts';
import {createStore, waitFor} from '../store.ts';

const choiceKeys = {again: 'r', undo: 'u', leave: 'q'} as const;

const words: Readonly<Record<Recovery, {readonly hint: string; readonly text: string}>> = {
  again: {hint: 'try again', text: 'Trying again continues where the run stopped.'},
  undo: {hint: 'undo', text: 'Undo shows a plan first; it restores the state before your first try.'},
  leave: {hint: 'leave', text: 'You can leave now and do all of this later.'},
};

/** Asks what to do after a run that failed. */
export function recoverScreen(choices: readonly Recovery[]): Screen<Recovery> {
  const store = createStore<Recovery | undefined>(undefined);
  const hints = choices.map((choice): Hint => [choiceKeys[choice], words[choice].hint]);
  const text = choices.map(choice => words[choice].text).join(' ');
  return {
    draw: size => <DialogBox dialog={{question: 'The run did not finish. What next?', text, hints}} size={size} />,
    press: stroke =>
      store.update(chosen => {
        if (chosen || isStroke(stroke, 'interrupt', 'escape')) return chosen ?? 'leave';
        return choices.find(choice => isStroke(stroke, choiceKeys[choice]));
      }),
    outcome: waitFor(store, choice => choice),
  };
}
