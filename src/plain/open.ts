import type {Event} from '../model/event.ts';
import {logLines} from '../model/log.ts';
import type {MapData} from '../model/map.ts';
import type {Plan} from '../model/plan.ts';
import type {Run} from '../model/run.ts';
import type {Decision, Home, Purpose, Recovery, RunControls, Ui} from '../model/ui.ts';
import {backgroundNotice} from '../model/words.ts';
import {nothingTold, tellEvent, tellTime} from './narrator.ts';
import {askAll, converse} from './questions.ts';
import {
  renderDetected,
  renderHome,
  renderMap,
  renderPlan,
  renderProblem,
  renderReport,
  renderSummary,
} from './render.ts';

export type PlainOptions = {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** The owner consented beforehand: the plan is shown and carried out. */
  readonly yes: boolean;
  /** Whether somebody can answer: standard input is a terminal. */
  readonly interactive: boolean;
  /** Whether everything happens on a recorded machine. */
  readonly isRehearsal?: boolean;
};

/** The Ui for pipes, CI and screen readers: lines, never screens. */
export function openPlainUi({stdin, stdout, stderr, yes, interactive, isRehearsal = false}: PlainOptions): Ui {
  const say = (text: string) => stdout.write(`${text}\n`);
  say('jitsi-onebox in plain mode: lines only, nothing is drawn.');
  if (isRehearsal) say('A rehearsal with recorded facts: nothing is changed on this machine.');
  let map: MapData | undefined;
  return {
    async look(detected) {
      say('Looking around:');
      for await (const one of detected) say(`  ${renderDetected([one])}`);
    },
    home: home => (interactive ? receive(home, {stdin, stdout}) : Promise.resolve('change')),
    showMap(shown) {
      map = shown;
    },
    async ask(questions) {
      if (!interactive) return undefined;
      const talk = converse(stdin, stdout);
      return askAll(questions, talk).finally(talk.end);
    },
    async review(plan, save) {
      if (map) say(`\n${renderMap(map)}`);
      say(`\n${renderSummary(plan)}\n`);
      if (yes && plan.problems.length === 0) return 'apply';
      return interactive && !yes ? decide(plan, save, {stdin, stdout}) : 'quit';
    },
    watch: (events, controls) => follow({events, controls, say}),
    report: async report => void say(`\n${renderReport(report)}`),
    recover: async choices => (interactive && !yes ? askRecovery(choices, {stdin, stdout}) : 'leave'),
    tell: async problems => {
      for (const problem of problems) stderr.write(`${renderProblem(problem)}\n`);
    },
    close: async () => {},
  };
}

type Streams = Pick<PlainOptions, 'stdin' | 'stdout'>;

type Save = Parameters<Ui['review']>[1];

async function decide(plan: Plan, save: Save, streams: Streams): Promise<Decision> {
  const first: Decision = plan.problems.length > 0 ? 'again' : 'apply';
  const decisions: readonly Decision[] = save ? [first, 'change', 'quit'] : [first, 'quit'];
  const prompt = `${first}, diff${save ? ', change (the answers), save (the settings)' : ''} or quit: `;
  return choose(decisions, {prompt, otherwise: 'quit'}, streams, async word => {
    if (word === 'diff') return renderPlan(plan);
    return word === 'save' ? save?.() : undefined;
  });
}

type Prompt<T> = {readonly prompt: string; readonly otherwise: T};

/** Hears one of some words; others may have an answer, after which it goes on. */
async function choose<T extends string>(
  words: readonly T[],
  {prompt, otherwise}: Prompt<T>,
  {stdin, stdout}: Streams,
  answer: (word: string) => Promise<string | undefined> = async () => undefined,
): Promise<T> {
  const talk = converse(stdin, stdout);
  try {
    for (;;) {
      const word = await talk.hear(prompt);
      if (word === undefined || word === 'q') return otherwise;
      const chosen = words.find(each => each === word);
      if (chosen !== undefined) return chosen;
      talk.say((await answer(word)) ?? 'Please type one of these words.');
    }
  } finally {
    talk.end();
  }
}

const recoveries: Readonly<Record<Recovery, string>> = {
  again: 'again (goes on where it stopped)',
  leave: 'leave (as it is now)',
  undo: 'undo (everything back as it was before you began)',
};

function askRecovery(choices: readonly Recovery[], streams: Streams): Promise<Recovery> {
  const prompt = `${choices.map(choice => recoveries[choice]).join(', ')}: `;
  return choose(choices, {prompt, otherwise: 'leave'}, streams);
}

/** Tells how an installation is, and asks what its owner came for. */
async function receive(home: Home, {stdin, stdout}: Streams): Promise<Purpose> {
  const talk = converse(stdin, stdout);
  const check = async () => {
    for await (const event of home.check()) for (const line of tellEvent(nothingTold, event).lines) talk.say(line);
  };
  try {
    talk.say(renderHome(home));
    await check();
    for (;;) {
      const back = home.ways.map(way => `, ${way}`).join('');
      const word = await talk.hear(`change (the settings), check (again), log (of the last run)${back} or quit: `);
      if (word === undefined || word === 'quit' || word === 'q') return 'quit';
      if (word === 'change') return word;
      const way = home.ways.find(each => each === word);
      if (way) return way;
      if (word === 'check') await check();
      else if (word === 'log') await tellLog(home.log(), talk.say);
      else talk.say('Please type one of these words.');
    }
  } finally {
    talk.end();
  }
}

async function tellLog(events: AsyncIterable<Event>, say: (text: string) => void): Promise<void> {
  for await (const event of events) for (const text of logLines(event)) say(text);
}

type Following = {events: AsyncIterable<Event>; controls: RunControls; say: (text: string) => void};

async function follow({events, controls, say}: Following): Promise<Run> {
  let narration = nothingTold;
  const tell = (told: ReturnType<typeof tellEvent>) => {
    narration = told.narration;
    for (const line of told.lines) say(line);
  };
  const clock = setInterval(() => tell(tellTime(narration, Date.now())), 1000);
  const onInterrupt = stopThenLeave(controls, say);
  process.on('SIGINT', onInterrupt);
  try {
    for await (const event of events) tell(tellEvent(narration, event));
    return narration.run;
  } finally {
    clearInterval(clock);
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** The first Ctrl-C stops the run, a second one leaves it to itself. */
function stopThenLeave({stop, leave}: RunControls, say: Following['say']): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) {
      say(backgroundNotice);
      leave();
    } else {
      say('Asking the run to stop. Ctrl-C again leaves it to itself.');
      stop();
    }
    isAsked = true;
  };
}
