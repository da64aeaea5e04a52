import type {ReactNode} from 'react';
import type {MapData} from '../model/map.ts';
import type {Stroke} from './keyboard.ts';
import {createStore, type Store} from './store.ts';
import type {Theme} from './theme.ts';

/** Room to draw in; always less than the terminal, so that a frame never scrolls it. */
export type Size = {readonly columns: number; readonly rows: number};

/** Tests whether there is room only for what matters right now. */
export function isSmall({rows}: Size): boolean {
  return rows < 16;
}

export type Draw = (size: Size) => ReactNode;

/** Is drawn below the transcript and takes the keys. */
export type Pane = {readonly draw: Draw; readonly press: (stroke: Stroke, size: Size) => void};

/** A pane that is shown until its outcome is known. */
export type Screen<Outcome> = Pane & {
  readonly outcome: Promise<Outcome>;
  /** Returns lines for the transcript, and the pane to show until the next screen. */
  readonly ending?: (outcome: Outcome) => Ending;
};

/** Everything a screen may use besides its own subject. */
export type ScreenContext = {
  readonly map: MapData | undefined;
  readonly theme: Theme;
  readonly print: (...draws: readonly Draw[]) => void;
  /** Handles Ctrl-C while nothing can be lost yet. */
  readonly interrupt: () => void;
};

export type Ending = {readonly lines?: readonly Draw[]; readonly meanwhile?: Pane};

/** Everything that is shown: the transcript, which only grows, and the pane below it. */
export type Content = {readonly transcript: readonly Draw[]; readonly pane: Pane | undefined};

export type Display = {
  readonly content: Store<Content>;
  /** Shows a screen until its outcome is known. */
  show<Outcome>(screen: Screen<Outcome>): Promise<Outcome>;
  readonly print: ScreenContext['print'];
  /** Removes the pane; the transcript stays. */
  clear(): void;
  /** Ends the screen that is shown: a component broke. */
  fail(error: unknown): void;
};

/** Creates a display with a pane that is shown until the first screen. */
export function createDisplay(pane: Pane): Display {
  const content = createStore<Content>({transcript: [], pane});
  const broken = Promise.withResolvers<never>();
  // While no screen is shown, nobody waits for this promise.
  broken.promise.catch(() => undefined);
  const print = (...draws: readonly Draw[]) =>
    content.update(now => (draws.length === 0 ? now : {...now, transcript: [...now.transcript, ...draws]}));
  const leave = ({lines = [], meanwhile}: Ending) =>
    content.update(({transcript}) => ({transcript: [...transcript, ...lines], pane: meanwhile}));
  return {
    content,
    print,
    async show({outcome, ending, ...shown}) {
      content.update(now => ({...now, pane: shown}));
      try {
        const result = await Promise.race([outcome, broken.promise]);
        leave(ending?.(result) ?? {});
        return result;
      } catch (error) {
        leave({});
        throw error;
      }
    },
    clear: () => leave({}),
    fail: broken.reject,
  };
}
