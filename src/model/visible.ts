import type {Question} from './question.ts';
import type {Ui} from './ui.ts';

// Controls but newline and tab, marks that change the direction of text, and the line ends of Unicode.
const unseen = /[[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]--[\n\t]]/gv;

/**
 * Makes control characters and direction marks visible, in the notation of JSON: whatever a program, a file or a stranger wrote, a
 * terminal shows it and does not obey it. JSON keeps its meaning.
 */
export function makeVisible(text: string): string {
  return text.replaceAll(unseen, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Wraps a Ui that colours its output, so that only its own colours reach the terminal: all it is given is made visible first. */
export function showVisibly(ui: Ui): Ui {
  return {
    ...ui,
    look: detected => ui.look(cleanEach(detected)),
    home: home =>
      ui.home({
        ...clean(home),
        outlook: async () => clean(await home.outlook()),
        load: leaving => cleanEach(home.load(leaving)),
        meetings: leaving => cleanEach(home.meetings(leaving)),
        check: leaving => cleanEach(home.check(leaving)),
        log: () => cleanEach(home.log()),
      }),
    people: desk =>
      ui.people({
        list: async () => clean(await desk.list()),
        change: async request => makeVisible(await desk.change(request)),
      }),
    sites: desk =>
      ui.sites({
        list: async () => clean(await desk.list()),
        // A request stays what the user typed.
        read(text) {
          const request = desk.read(text);
          return typeof request === 'string' ? makeVisible(request) : request;
        },
      }),
    logs: feed =>
      ui.logs({
        ...feed,
        follow: leaving => cleanEach(feed.follow(leaving)),
        read: async () => clean(await feed.read()),
      }),
    ask: (questions, sketch, isFromHome) =>
      ui.ask(questions.map(cleanQuestion), answers => clean(sketch(answers)), isFromHome),
    showMap: map => ui.showMap(clean(map)),
    review: (plan, {save, ...offers} = {}) =>
      ui.review(clean(plan), {...offers, ...(save && {save: async () => clean(await save())})}),
    wait: (news, leave) => ui.wait(cleanEach(news), leave),
    tryOut: (events, leave) => ui.tryOut(cleanEach(events), leave),
    watch: (events, controls) => ui.watch(cleanEach(events), controls),
    report: report => ui.report(clean(report)),
    showProblems: problems => ui.showProblems(clean(problems)),
  };
}

function cleanQuestion(question: Question): Question {
  const {check, suggest, probe} = question;
  return {
    ...clean(question),
    check: (value, answers) => clean(check(value, answers)),
    ...(suggest && {suggest: answers => clean(suggest(answers))}),
    ...(probe && {probe: async value => clean(await probe(value))}),
  };
}

async function* cleanEach<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  for await (const item of items) yield clean(item);
}

/** Copies data with all its texts made visible; functions stay. */
function clean<T>(value: T): T {
  return cleanAny(value) as T;
}

function cleanAny(value: unknown): unknown {
  if (typeof value === 'string') return makeVisible(value);
  if (Array.isArray(value)) return value.map(cleanAny);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, cleanAny(item)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanAny(item)]));
}
