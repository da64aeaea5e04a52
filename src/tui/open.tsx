import {type Instance, render} from 'ink';
import type {Ui} from '../model/ui.ts';
import {App} from './app.tsx';
import {writeAscii} from './ascii-stream.ts';
import {ProblemPanel} from './components/panel.tsx';
import {askScene, lookScene, reviewScene, watchScene} from './scenes.tsx';
import type {Draw} from './screen.ts';
import {ReportScreen} from './screens/report.tsx';
import {createTheatre, type Scene, type Theatre} from './theatre.ts';
import {chooseTheme, showsUnicode} from './theme.ts';

export type TerminalOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What Ctrl-C does where nothing can be lost yet; by default what it does to any program. */
  readonly interrupt?: () => void;
};

/** The Ui for terminals: screens behind promises, so that the story never sees React. */
export function openTerminalUi({stdin, stdout, env = process.env, interrupt = endSelf}: TerminalOptions): Ui {
  const theatre = createTheatre();
  let app: Instance | undefined;
  // Mounted when there is something to show: an empty first frame would delay the next by what the frame rate allows.
  const show = <Shown,>(shown: Shown): Shown => {
    app ??= mount(theatre, {stdin, stdout, env});
    return shown;
  };
  const play = <Outcome,>(scene: Scene<Outcome>) => show(theatre.play(scene));
  const print = (draw: Draw) => show(theatre.print(draw));
  return {
    look: findings => play(lookScene(findings, interrupt)),
    ask: async questions => (await play(askScene(questions, interrupt))).answers,
    review: plan => play(reviewScene(plan, interrupt)),
    watch: (events, stop) => play(watchScene({events, stop, print})),
    report: async report => print(size => <ReportScreen report={report} columns={size.columns} />),
    tell: async problems => {
      for (const problem of problems) print(size => <ProblemPanel problem={problem} columns={size.columns} />);
    },
    async close() {
      theatre.clear();
      await app?.waitUntilRenderFlush();
      app?.unmount();
      await app?.waitUntilExit();
    },
  };
}

type Terminal = Required<Omit<TerminalOptions, 'interrupt'>>;

function mount({stage, fail}: Theatre, {stdin, stdout, env}: Terminal) {
  return render(<App stage={stage} theme={chooseTheme(env)} onError={fail} />, {
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
