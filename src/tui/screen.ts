import type {ReactNode} from 'react';
import type {Stroke} from './keys.ts';

/** The room a screen may fill: never the whole terminal, so that a frame never scrolls. */
export type Size = {readonly columns: number; readonly rows: number};

/** Whether there is room only for what the owner needs this very moment. */
export function isSmall({rows}: Size): boolean {
  return rows < 16;
}

/** Draws something for the room there is. */
export type Draw = (size: Size) => ReactNode;

/** What is shown beneath the transcript, and what takes the keys. */
export type Screen = {
  readonly draw: Draw;
  readonly press: (stroke: Stroke, size: Size) => void;
};

/** The whole of what is shown: lines that stay, and the screen under them. */
export type Stage = {
  /** Append-only: what was printed is never printed again. */
  readonly transcript: readonly Draw[];
  readonly screen: Screen | undefined;
};
