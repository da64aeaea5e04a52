import type {Draw, Screen, Stage} from './screen.ts';
import {createStore, type Store} from './store.ts';

/** What the Ui's methods play on: one screen at a time, and lines that stay. */
export type Theatre = {
  readonly stage: Store<Stage>;
  /** Shows a screen until what it is there for has come about, then leaves `epilogue` behind in the transcript. */
  play<Outcome>(scene: Scene<Outcome>): Promise<Outcome>;
  print(draw: Draw): void;
  /** Ends the scene that is on: the components broke. */
  fail(error: unknown): void;
};

export type Scene<Outcome> = Screen & {
  readonly outcome: Promise<Outcome>;
  readonly epilogue?: (outcome: Outcome) => readonly Draw[];
};

/** An empty stage. */
export function createTheatre(): Theatre {
  const stage = createStore<Stage>({transcript: [], screen: undefined});
  const broken = Promise.withResolvers<never>();
  // Whoever plays a scene hears of it; between scenes nobody has to.
  broken.promise.catch(() => undefined);
  return {
    stage,
    async play({outcome, epilogue, ...screen}) {
      stage.update(now => ({...now, screen}));
      let left: readonly Draw[] = [];
      try {
        const result = await Promise.race([outcome, broken.promise]);
        left = epilogue?.(result) ?? [];
        return result;
      } finally {
        stage.update(({transcript}) => ({transcript: [...transcript, ...left], screen: undefined}));
      }
    },
    print: draw => stage.update(now => ({...now, transcript: [...now.transcript, draw]})),
    fail: broken.reject,
  };
}
