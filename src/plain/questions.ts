import {createInterface} from 'node:readline';
import {type Answers, isUntouched, type Question} from '../model/question.ts';
import {formatSource} from '../model/words.ts';

export type Conversation = {
  say(text: string): void;
  /** The next line that is typed; undefined when the owner leaves. */
  hear(prompt: string): Promise<string | undefined>;
  end(): void;
};

/** Talks with somebody at a terminal, line by line. */
export function converse(stdin: NodeJS.ReadableStream, stdout: NodeJS.WritableStream): Conversation {
  // The terminal's own line editing: nothing is drawn anew, which a screen reader would read out again.
  const reader = createInterface({input: stdin, output: stdout, terminal: false});
  const lines = reader[Symbol.asyncIterator]();
  let isOpen = true;
  reader.once('close', () => {
    isOpen = false;
  });
  return {
    say: text => stdout.write(`${text}\n`),
    async hear(prompt) {
      reader.setPrompt(prompt);
      // What was typed ahead is still heard after the input has ended.
      if (isOpen) reader.prompt();
      const {done, value} = await lines.next();
      if (!done) return value.trim();
      // The prompt still stands in the line where the shell goes on.
      stdout.write('\n');
      return undefined;
    },
    end: () => reader.close(),
  };
}

/** Asks every question that is not skipped, groups only where they are wanted; `<` goes back one. Undefined when the owner leaves. */
export async function askAll(given: readonly Question[], talk: Conversation): Promise<Answers | undefined> {
  talk.say(
    'An empty line takes the value in brackets; < goes back one question; Ctrl-D leaves, and nothing is changed.',
  );
  const questions = withGates(given);
  let answers: Answers = {};
  const asked: Question[] = [];
  for (let next = nextQuestion(questions, asked, answers); next; next = nextQuestion(questions, asked, answers)) {
    const answer = await askOne(next, answers, talk);
    if (answer === undefined) return undefined;
    if (answer === '<') asked.pop();
    else {
      answers = {...answers, [next.key]: answer};
      asked.push(next);
    }
  }
  return keepAsked(answers, asked);
}

function nextQuestion(questions: readonly Question[], asked: readonly Question[], answers: Answers) {
  const last = asked.at(-1);
  const start = last ? questions.indexOf(last) + 1 : 0;
  return questions.slice(start).find(question => !question.skip?.(answers));
}

/** Before each group the question whether to look into it at all. */
function withGates(questions: readonly Question[]): readonly Question[] {
  return questions.flatMap((question, index) => {
    const {group} = question;
    if (group === undefined) return [question];
    const inside = {...question, skip: (answers: Answers) => answers[gateKey(group)] !== 'true'};
    return questions[index - 1]?.group === group ? [inside] : [gate(group), inside];
  });
}

const gateKey = (group: string) => `group ${group}`;

function gate(group: string): Question {
  return {
    key: gateKey(group),
    title: `${group}: do you want to change anything?`,
    help: 'Optional.',
    kind: {type: 'yes-or-no'},
    check: () => undefined,
  };
}

/** An answer given before its question was skipped again must not survive. */
function keepAsked(answers: Answers, asked: readonly Question[]): Answers {
  const kept = asked.filter(question => {
    const isGate = question.group === undefined && question.key.startsWith(gateKey(''));
    return !isGate && !isUntouched(question, answers[question.key] ?? '');
  });
  return Object.fromEntries(kept.map(({key}) => [key, answers[key] ?? '']));
}

async function askOne(question: Question, answers: Answers, talk: Conversation): Promise<string | undefined> {
  const filled = answers[question.key] ?? (question.initial ?? question.suggest?.(answers))?.value ?? '';
  talk.say(`\n${question.title}\n${question.help}${tellFilled(question, answers)}`);
  for (;;) {
    const typed = await talk.hear(promptFor(question, filled));
    if (typed === undefined || typed === '<') return typed;
    const value = readAnswer(question, typed || filled);
    const problem = isUntouched(question, value) ? undefined : question.check(value, answers);
    if (!problem) {
      const probed = await question.probe?.(value);
      if (probed) talk.say(probed.text);
      return value;
    }
    talk.say(`${problem.summary} ${problem.remedy}`);
  }
}

function tellFilled(question: Question, answers: Answers): string {
  const filled = question.initial ?? question.suggest?.(answers);
  return filled ? `\nIn brackets: ${formatSource(filled.source)}` : '';
}

function promptFor({kind}: Question, filled: string): string {
  if (kind.type === 'yes-or-no') return `yes or no [${filled === 'true' ? 'yes' : 'no'}]: `;
  if (filled !== '') return `[${filled}]: `;
  return kind.placeholder === '' ? '> ' : `(like ${kind.placeholder}) > `;
}

function readAnswer({kind}: Question, typed: string): string {
  if (kind.type === 'text') return typed;
  if (/^(y|yes|true)$/i.test(typed)) return 'true';
  return /^(n|no|false|)$/i.test(typed) ? 'false' : typed;
}
