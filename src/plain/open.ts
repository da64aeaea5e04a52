import type {Event} from '../model/event.ts';
import {logLines} from '../model/log.ts';
import {formatLogLine} from '../model/log-line.ts';
import type {MapData} from '../model/map.ts';
import type {Plan} from '../model/plan.ts';
import type {Run} from '../model/run.ts';
import type {Decision, Home, Purpose, Recovery, ReviewOffers, RunControls, Ui} from '../model/ui.ts';
import {makeVisible} from '../model/visible.ts';
import {backgroundNotice, recoveryQuestion, recoveryTexts} from '../model/words.ts';
import {choose, converse, type Streams} from './conversation.ts';
import {type Narrated, narrateEvent, narrateSilence, noNarration} from './narrator.ts';
import {showPeople} from './people.ts';
import {askAll} from './questions.ts';
import {
  renderDetected,
  renderHome,
  renderMap,
  renderPlan,
  renderProblem,
  renderReport,
  renderSummary,
} from './render.ts';
import {showSites} from './sites.ts';
import {followTrial, narrateTrial} from './trial.ts';
import {followWait} from './wait.ts';

export type PlainOptions = Streams & {
  readonly stderr: NodeJS.WritableStream;
  /** The user approved beforehand: the plan is shown and applied. */
  readonly yes: boolean;
  /** Standard input is a terminal, so somebody can answer. */
  readonly interactive: boolean;
  /** Everything happens on a recorded machine. */
  readonly isRehearsal?: boolean;
};

/** Opens the Ui for pipes, CI and screen readers: lines, never screens. */
export function openPlainUi({stderr, yes, interactive, isRehearsal = false, ...streams}: PlainOptions): Ui {
  const say = (text: string) => void streams.stdout.write(`${makeVisible(text)}\n`);
  say('jitsi-onebox in plain mode: lines only, nothing is drawn.');
  if (isRehearsal) say('A rehearsal with recorded facts: nothing is changed on this machine.');
  let map: MapData | undefined;
  return {
    async look(detected) {
      say('Looking around:');
      for await (const fact of detected) say(`  ${renderDetected([fact])}`);
    },
    home: async home => (interactive ? showHome(home, streams, say) : 'change'),
    async logs(feed) {
      for (const line of await feed.read()) say(formatLogLine(line));
    },
    people: desk => showPeople(desk, streams),
    sites: desk => showSites(desk, streams),
    showMap(shown) {
      map = shown;
    },
    async ask(questions) {
      if (!interactive) return undefined;
      const talk = converse(streams);
      return askAll(questions, talk).finally(talk.end);
    },
    async review(plan, offers = {}) {
      if (map) say(`\n${renderMap(map)}`);
      say(`\n${renderSummary(plan)}\n`);
      if (yes && plan.problems.length === 0) return 'apply';
      return interactive && !yes ? askDecision(plan, offers, streams) : 'quit';
    },
    wait: (news, leave) => followWait(news, leave, say),
    tryOut: (events, leave) => followTrial(events, leave, event => narrateTrial(event).forEach(say)),
    watch: (events, controls) => followRun(events, controls, say),
    report: async report => say(`\n${renderReport(report)}`),
    recover: async choices => (interactive && !yes ? askRecovery(choices, streams, say) : 'leave'),
    async showProblems(problems) {
      for (const problem of problems) stderr.write(`${makeVisible(renderProblem(problem))}\n`);
    },
    close: async () => {},
  };
}

type Say = (text: string) => void;

/** Shows an installation and its checks, and asks what to do. */
async function showHome(home: Home, streams: Streams, say: Say): Promise<Purpose> {
  const check = async () => {
    for await (const event of home.check(new AbortController().signal))
      for (const line of narrateEvent(noNarration, event).lines) say(line);
  };
  const log = async () => {
    for await (const event of home.log()) for (const line of logLines(event)) say(line);
  };
  say(renderHome(home));
  for (const {name, text} of await home.outlook()) say(`${name}: ${text}`);
  for await (const {text} of home.meetings(new AbortController().signal)) {
    say(text);
    break;
  }
  await check();
  const ways = home.ways.map(way => `, ${way}`).join('');
  return choose<Purpose>(streams, {
    prompt: `change (the settings), check (again)${home.hasNoRun ? '' : ', log (of the last run)'}${ways} or quit: `,
    words: ['change', ...home.ways, 'quit'],
    otherwise: 'quit',
    actions: {check, ...(!home.hasNoRun && {log})},
  });
}

async function askDecision(plan: Plan, {save, canTry, canWait}: ReviewOffers, streams: Streams): Promise<Decision> {
  const first: Decision = plan.problems.length > 0 ? 'again' : 'apply';
  const offers: readonly (readonly [isOffered: boolean, word: Decision, meaning: string])[] = [
    [canTry ?? false, 'try', 'try (the ports, from outside)'],
    [canWait ?? false, 'wait', 'wait (for the DNS)'],
    [save !== undefined, 'change', 'change (the answers), save (the settings)'],
  ];
  const offered = offers.filter(([isOffered]) => isOffered);
  return choose<Decision>(streams, {
    prompt: `${[first, 'diff', ...offered.map(([, , meaning]) => meaning)].join(', ')} or quit: `,
    words: [first, ...offered.map(([, word]) => word), 'quit'],
    otherwise: 'quit',
    actions: {
      diff: async say => say(renderPlan(plan)),
      ...(save && {save: async (say: Say) => say(await save())}),
    },
  });
}

async function askRecovery(choices: readonly Recovery[], streams: Streams, say: Say): Promise<Recovery> {
  say([recoveryQuestion, ...choices.map(choice => recoveryTexts[choice])].join('\n'));
  const prompt = `${choices.join(', ')}: `;
  return choose(streams, {prompt, words: choices, otherwise: 'leave'});
}

/** Prints a run as it happens, and returns how it ended. */
async function followRun(events: AsyncIterable<Event>, controls: RunControls, say: Say): Promise<Run> {
  let narration = noNarration;
  const print = (narrated: Narrated) => {
    narration = narrated.narration;
    for (const line of narrated.lines) say(line);
  };
  const clock = setInterval(() => print(narrateSilence(narration, Date.now())), 1000);
  const onInterrupt = stopThenLeave(controls, say);
  process.on('SIGINT', onInterrupt);
  try {
    for await (const event of events) print(narrateEvent(narration, event));
    return narration.run;
  } finally {
    clearInterval(clock);
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** Stops the run at the first Ctrl-C, and only stops watching it at the second. */
function stopThenLeave({stop, leave}: RunControls, say: Say): () => void {
  let isStopping = false;
  return () => {
    if (isStopping) {
      say(backgroundNotice);
      leave();
    } else {
      say('Asking the run to stop. Press Ctrl-C again to leave it running.');
      stop();
    }
    isStopping = true;
  };
}
