import {render, Text} from 'ink';
import type {MapData} from '../model/map.ts';
import type {Ui} from '../model/ui.ts';
import {App} from './app.tsx';
import {writeAscii} from './ascii-stream.ts';
import {ProblemPanel} from './components/panel.tsx';
import {pause} from './pause.tsx';
import {createTheatre, type Theatre} from './theatre.ts';
import {chooseTheme, type Theme} from './theme.ts';
import {showsUnicode} from './unicode.ts';

// The first frame does not wait for what comes after it.
const screens = () => import('./scenes.tsx');

export type TerminalOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What Ctrl-C does where nothing can be lost yet; by default what it does to any program. */
  readonly interrupt?: () => void;
  /** Whether everything happens on a recorded machine, which is said in the first line. */
  readonly isRehearsal?: boolean;
};

/** The Ui for terminals: screens behind promises, so that the story never sees React. */
export function openTerminalUi({
  stdin,
  stdout,
  env = process.env,
  interrupt = endSelf,
  isRehearsal = false,
}: TerminalOptions): Ui {
  // There is something to see before anything is known.
  const theatre = createTheatre(pause('Looking around', interrupt));
  if (isRehearsal)
    theatre.print(() => <Text>A rehearsal with recorded facts: nothing is changed on this machine.</Text>);
  const theme = chooseTheme(env);
  const app = mount(theatre, theme, {stdin, stdout, env});
  let map: MapData | undefined;
  return {
    look: async detected => theatre.play((await screens()).lookScene(detected, interrupt)),
    async home(home) {
      const {homeScene} = await import('./home-scene.tsx');
      return theatre.play(homeScene({home, map, theme, interrupt}));
    },
    async ask(questions, sketch) {
      const {askScene} = await import('./ask-scene.tsx');
      return (await theatre.play(askScene({questions, sketch, interrupt}))).answers;
    },
    showMap(shown) {
      map = shown;
    },
    review: async (plan, save) => theatre.play((await screens()).reviewScene({plan, map, save, interrupt})),
    async watch(events, controls) {
      const {watchScene} = await import('./watch-scene.tsx');
      return theatre.play(watchScene({events, controls, map, print: theatre.print}));
    },
    async recover(choices) {
      const {recoverScene} = await import('./recover-scene.tsx');
      return theatre.play(recoverScene(choices));
    },
    report: async report => theatre.print((await screens()).drawReport(report)),
    tell: async problems => {
      for (const problem of problems) theatre.print(size => <ProblemPanel problem={problem} columns={size.columns} />);
    },
    async close() {
      theatre.clear();
      await app.waitUntilRenderFlush();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

type Terminal = Required<Pick<TerminalOptions, 'stdin' | 'stdout' | 'env'>>;

function mount({stage, fail}: Theatre, theme: Theme, {stdin, stdout, env}: Terminal) {
  return render(<App stage={stage} theme={theme} onError={fail} />, {
    stdin,
    stdout: showsUnicode(env) ? stdout : writeAscii(stdout),
    // Whether this is a terminal was decided before; Ink would take a CI variable in the environment for an answer.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: true,
    incrementalRendering: true,
    maxFps: 15,
  });
}

function endSelf(): void {
  process.kill(process.pid, 'SIGINT');
}
