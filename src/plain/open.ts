import type {Event} from '../model/event.ts';
import type {Plan} from '../model/plan.ts';
import type {Run} from '../model/run.ts';
import type {Decision, RunControls, Ui} from '../model/ui.ts';
import {goesOn} from '../model/words.ts';
import {nothingTold, tellEvent, tellTime} from './narrator.ts';
import {askAll, converse} from './questions.ts';
import {renderFindings, renderPlan, renderProblem, renderReport, renderSummary} from './render.ts';

export type PlainOptions = {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** The owner consented beforehand: the plan is shown and carried out. */
  readonly yes: boolean;
  /** Whether somebody can answer: standard input is a terminal. */
  readonly interactive: boolean;
};

/** The Ui for pipes, CI and screen readers: lines, never screens. */
export function openPlainUi({stdin, stdout, stderr, yes, interactive}: PlainOptions): Ui {
  const say = (text: string) => stdout.write(`${text}\n`);
  say('jitsi-onebox in plain mode: lines only, nothing is drawn.');
  return {
    async look(findings) {
      say('Looking around:');
      for await (const finding of findings) say(`  ${renderFindings([finding])}`);
    },
    async ask(questions) {
      if (!interactive) return undefined;
      const talk = converse(stdin, stdout);
      return askAll(questions, talk).finally(talk.end);
    },
    async review(plan) {
      say(`\n${renderSummary(plan)}\n`);
      if (plan.problems.length > 0) return 'quit';
      if (yes) return 'apply';
      return interactive ? decide(plan, {stdin, stdout}) : 'quit';
    },
    watch: (events, controls) => follow({events, controls, say}),
    report: async report => void say(`\n${renderReport(report)}`),
    tell: async problems => {
      for (const problem of problems) stderr.write(`${renderProblem(problem)}\n`);
    },
    close: async () => {},
  };
}

type Streams = Pick<PlainOptions, 'stdin' | 'stdout'>;

async function decide(plan: Plan, {stdin, stdout}: Streams): Promise<Decision> {
  const talk = converse(stdin, stdout);
  try {
    for (;;) {
      const word = await talk.hear('apply, diff, change (the answers) or quit: ');
      if (word === undefined || word === 'quit' || word === 'q') return 'quit';
      if (word === 'apply' || word === 'change') return word;
      talk.say(word === 'diff' ? renderPlan(plan) : 'Please type one of these four words.');
    }
  } finally {
    talk.end();
  }
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
      say(goesOn);
      leave();
    } else {
      say('Asking the run to stop. Ctrl-C again leaves it to itself.');
      stop();
    }
    isAsked = true;
  };
}
