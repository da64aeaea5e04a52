import {Text} from 'ink';
import {Frame} from '../components/frame.tsx';
import type {Draw, Pane} from '../display.ts';
import {isStroke, type Stroke} from '../keyboard.ts';

/** Stays in the transcript after a screen that the user left. */
export const nothingChanged: Draw = () => <Text>Nothing was changed.</Text>;

/** Is shown while the program prepares the next screen. */
export function pause(title: string, interrupt: () => void): Pane {
  return {
    draw: size => <Frame size={size} title={title} isBusy hints={[['Ctrl-C', 'leave']]} />,
    press: stroke => leaveOn(stroke, interrupt),
  };
}

/** Leaves without a question, where nothing can be lost yet. */
export function leaveOn(stroke: Stroke, interrupt: () => void): void {
  if (isStroke(stroke, 'interrupt')) interrupt();
}
