import type {Draw, Screen, Stage} from './screen.ts';
import {createStore, type Store} from './store.ts';

/** What the Ui's methods play on: one screen at a time, and lines that stay. */
export type Theatre = {
  readonly stage: Store<Stage>;
  /** Shows a screen until what it is there for has come about. */
  play<Outcome>(scene: Scene<Outcome>): Promise<Outcome>;
  print(...draws: readonly Draw[]): void;
  /** Takes the screen away; what was printed stays. */
  clear(): void;
  /** Ends the scene that is on: the components broke. */
  fail(error: unknown): void;
};

export type Scene<Outcome> = Screen & {
  readonly outcome: Promise<Outcome>;
  /** What a scene leaves behind: lines that stay, and what is shown until the next scene begins. */
  readonly ending?: (outcome: Outcome) => Ending;
};

export type Ending = {readonly lines?: readonly Draw[]; readonly meanwhile?: Screen};

/** A stage with nothing on it but what is shown until the first scene. */
export function createTheatre(screen?: Screen): Theatre {
  const stage = createStore<Stage>({transcript: [], screen});
  const broken = Promise.withResolvers<never>();
  // Whoever plays a scene hears of it; between scenes nobody has to.
  broken.promise.catch(() => undefined);
  const leave = ({lines = [], meanwhile}: Ending) =>
    stage.update(({transcript}) => ({transcript: [...transcript, ...lines], screen: meanwhile}));
  return {
    stage,
    async play({outcome, ending, ...screen}) {
      stage.update(now => ({...now, screen}));
      try {
        const result = await Promise.race([outcome, broken.promise]);
        leave(ending?.(result) ?? {});
        return result;
      } catch (error) {
        leave({});
        throw error;
      }
    },
    print: (...draws) =>
      stage.update(now => (draws.length === 0 ? now : {...now, transcript: [...now.transcript, ...draws]})),
    clear: () => leave({}),
    fail: broken.reject,
  };
}
