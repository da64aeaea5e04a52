import {type Answers, isUntouched, type Question} from '../model/question.ts';
import {formatSource} from '../model/words.ts';
import type {Conversation} from './conversation.ts';

/** Asks all questions that are not skipped, and groups only if the user wants them. Returns undefined if the user leaves. */
export async function askAll(given: readonly Question[], talk: Conversation): Promise<Answers | undefined> {
  talk.say(
    'An empty line accepts the value in brackets. < returns to the question before. Ctrl-D leaves; nothing is changed.',
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

/** Puts a question before each group: whether to change anything in it. */
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

/** Drops defaults, and answers to questions that were skipped later. */
function keepAsked(answers: Answers, asked: readonly Question[]): Answers {
  const kept = asked.filter(question => {
    const isGate = question.group === undefined && question.key.startsWith(gateKey(''));
    return !isGate && !isUntouched(question, answers[question.key] ?? '');
  });
  return Object.fromEntries(kept.map(({key}) => [key, answers[key] ?? '']));
}

async function askOne(question: Question, answers: Answers, talk: Conversation): Promise<string | undefined> {
  const filled = answers[question.key] ?? (question.initial ?? question.suggest?.(answers))?.value ?? '';
  talk.say(`\n${question.title}\n${question.help}${describeFilled(question, answers)}`);
  for (;;) {
    const typed = await talk.hear(promptFor(question, filled));
    if (typed === undefined || typed === '<') return typed;
    const value = readAnswer(question, typed || filled);
    const fault = findFault(question, value, answers);
    if (fault === undefined) {
      const probed = await question.probe?.(value);
      if (probed) talk.say(probed.text);
      return value;
    }
    talk.say(fault);
  }
}

function findFault(question: Question, value: string, answers: Answers): string | undefined {
  if (question.kind.type === 'yes-or-no' && value !== 'true' && value !== 'false') return 'Type yes or no.';
  const problem = isUntouched(question, value) ? undefined : question.check(value, answers);
  return problem && `${problem.summary} ${problem.remedy}`;
}

function describeFilled(question: Question, answers: Answers): string {
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
