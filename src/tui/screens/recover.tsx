import type {Recovery} from '../../model/ui.ts';
import {recoveryQuestion, recoveryTexts} from '../../model/words.ts';
import {DialogBox, type Hint} from '../components/foot.tsx';
import type {Screen} from '../display.ts';
import {isStroke} from '../keyboard.ts';
import {createStore, waitFor} from '../store.ts';

const choiceKeys = {again: 'r', undo: 'u', leave: 'q'} as const;

const hintWords: Readonly<Record<Recovery, string>> = {again: 'try again', undo: 'undo', leave: 'leave'};

/** Asks what to do after a run that failed. */
export function recoverScreen(choices: readonly Recovery[]): Screen<Recovery> {
  const store = createStore<Recovery | undefined>(undefined);
  const hints = choices.map((choice): Hint => [choiceKeys[choice], hintWords[choice]]);
  const text = choices.map(choice => recoveryTexts[choice]).join(' ');
  return {
    draw: size => <DialogBox dialog={{question: recoveryQuestion, text, hints}} size={size} />,
    press: stroke =>
      store.update(chosen => {
        if (chosen || isStroke(stroke, 'interrupt', 'escape')) return chosen ?? 'leave';
        return choices.find(choice => isStroke(stroke, choiceKeys[choice]));
      }),
    outcome: waitFor(store, choice => choice),
  };
}
