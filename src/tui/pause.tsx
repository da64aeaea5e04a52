import {Text} from 'ink';
import {Header} from './components/header.tsx';
import {KeyHints} from './components/key-hints.tsx';
import {isStroke, type Stroke} from './keys.ts';
import type {Draw, Screen} from './screen.ts';

/** What is left of a scene that its owner left. */
export const nothingChanged: Draw = () => <Text>Nothing was changed.</Text>;

/** What is shown while the program prepares the next screen: first of all, and between two others. */
export function pause(title: string, interrupt: () => void): Screen {
  return {
    draw: ({columns}) => (
      <>
        <Header title={title} columns={columns} isBusy />
        <KeyHints hints={[['Ctrl-C', 'leave']]} columns={columns} />
      </>
    ),
    press: stroke => leaveOn(stroke, interrupt),
  };
}

/** Where nothing can be lost yet, leaving needs no question. */
export function leaveOn(stroke: Stroke, interrupt: () => void): void {
  if (isStroke(stroke, 'interrupt')) interrupt();
}
