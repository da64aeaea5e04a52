import {render, Text} from 'ink';
import type {MapData} from '../model/map.ts';
import type {Ui} from '../model/ui.ts';
import {App} from './app.tsx';
import {ProblemPanel} from './components/panel.tsx';
import {showsUnicode, writeAscii} from './console.ts';
import {createDisplay, type Display} from './display.ts';
import {pause} from './screens/pause.tsx';
import {chooseTheme, type Theme} from './theme.ts';

export type TerminalOptions = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Handles Ctrl-C while nothing can be lost yet; by default as in any program. */
  readonly interrupt?: () => void;
  /** Whether this is a recorded machine; the first line and every title bar say so. */
  readonly isRehearsal?: boolean;
};

/** Opens the Ui for terminals: screens behind promises, so that commands never see React. Each screen is loaded when it is needed. */
export function openTerminalUi({
  stdin,
  stdout,
  env = process.env,
  interrupt = () => process.kill(process.pid, 'SIGINT'),
  isRehearsal = false,
}: TerminalOptions): Ui {
  // There is something to see before anything is known.
  const display = createDisplay(pause('Looking around', interrupt));
  const {show, print} = display;
  const theme: Theme = {...chooseTheme(env), isRehearsal};
  let map: MapData | undefined;
  let isClosed = false;
  const context = () => ({map, theme, print, interrupt});
  if (isRehearsal) print(() => <Text>A rehearsal with recorded facts: nothing is changed on this machine.</Text>);
  const app = mount(display, theme, {stdin, stdout, env});
  return {
    async look(detected) {
      const {lookScreen} = await import('./screens/look.tsx');
      await show(lookScreen(detected, context()));
    },
    async home(home) {
      const {homeScreen} = await import('./screens/home/home.tsx');
      return show(homeScreen(home, context()));
    },
    async people(desk) {
      const {peopleScreen} = await import('./screens/people/people.tsx');
      await show(peopleScreen(desk));
    },
    async sites(desk) {
      const {sitesScreen} = await import('./screens/sites/sites.tsx');
      return show(sitesScreen(desk));
    },
    async logs(feed) {
      const {logsScreen} = await import('./screens/logs/logs.tsx');
      await show(logsScreen(feed));
    },
    async ask(questions, sketch, isFromHome) {
      const {askScreen} = await import('./screens/ask/ask.tsx');
      return show(askScreen(questions, sketch, context(), isFromHome));
    },
    showMap(shown) {
      map = shown;
    },
    async review(plan, offers = {}) {
      const {reviewScreen} = await import('./screens/review/review.tsx');
      return show(reviewScreen(plan, offers, context()));
    },
    async wait(news, leave) {
      const {waitScreen} = await import('./screens/wait.tsx');
      await show(waitScreen(news, leave));
    },
    async tryOut(events, leave) {
      const {trialScreen} = await import('./screens/trial/trial.tsx');
      return show(trialScreen(events, leave));
    },
    async watch(events, controls) {
      const {watchScreen} = await import('./screens/watch/watch.tsx');
      return show(watchScreen(events, controls, context()));
    },
    async recover(choices) {
      const {recoverScreen} = await import('./screens/recover.tsx');
      return show(recoverScreen(choices));
    },
    async report(report) {
      const {ReportView} = await import('./screens/report/report.tsx');
      print(({columns}) => <ReportView report={report} columns={columns} />);
    },
    async showProblems(problems) {
      for (const problem of problems) print(({columns}) => <ProblemPanel problem={problem} columns={columns} />);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      display.clear();
      await app.waitUntilRenderFlush();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

type Terminal = Required<Pick<TerminalOptions, 'stdin' | 'stdout' | 'env'>>;

function mount({content, fail}: Display, theme: Theme, {stdin, stdout, env}: Terminal) {
  return render(<App content={content} theme={theme} onError={fail} />, {
    stdin,
    stdout: showsUnicode(env) ? stdout : writeAscii(stdout),
    // main.tsx has decided that this is a terminal; Ink would also look for a CI variable in the environment.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: true,
    incrementalRendering: true,
    maxFps: 15,
  });
}
