import type {Seen, TrialBody, TrialResult, TrialSubject} from '../../model/trial.ts';

/** What the page shows: the state of every subject in words, and what all of them mean. */
export type PageAnswer = {
  readonly states: Readonly<Record<string, {readonly state: string; readonly text: string}>>;
  readonly verdict: string;
};

export type Judged = {readonly summary: string; readonly remedy?: string};

/** A result, as far as it depends on the visitor. */
export type Outcome = {
  readonly subject: TrialSubject;
  readonly result: TrialResult;
  readonly from: string;
  readonly seen: Seen;
  /** Where it arrived, if elsewhere. */
  readonly at?: string;
};

export type SessionOptions = {
  readonly subjects: readonly TrialSubject[];
  emit(body: TrialBody): void;
  /** Says where a visitor is. */
  locate(address: string): Seen;
  /** Words a result for the terminal. */
  judge(outcome: Outcome): Judged;
  /** Words all results for the visitor. */
  conclude(results: ReadonlyMap<string, TrialResult>): PageAnswer;
};

/** A trial while it runs: what its doors and its page report. */
export type TrialSession = {
  /** The page was opened. */
  visit(from: string): void;
  /** Something arrived at a port, and was answered. */
  arrive(id: string, from: string): void;
  /** An answer was read: the visitor meant one port, and reached one. */
  prove(id: string, from: string, reached?: string): void;
  /** The page says whether something works. */
  hear(id: string, works: boolean, from: string): void;
  answerPage(): PageAnswer;
  hasVisitor(): boolean;
  /** Whether everything works, and was seen from outside. */
  isComplete(): boolean;
};

type Held = {readonly result: TrialResult; readonly seen: Seen};

/** Starts a session. It reports only what changes. */
export function openSession({subjects, emit, locate, judge, conclude}: SessionOptions): TrialSession {
  const visitors = new Set<string>();
  const arrived = new Map<string, Set<string>>();
  const results = new Map<string, Held>();
  const report = (id: string, result: TrialResult, from: string, at?: string) => {
    const subject = subjects.find(each => each.id === id);
    const seen = locate(from);
    if (!subject || !isNews(results.get(id), {result, seen})) return;
    results.set(id, {result, seen});
    const {summary, remedy} = judge({subject, result, from, seen, ...(at !== undefined && {at})});
    emit({type: 'trial-result', subject: id, result, from, seen, summary, ...(remedy !== undefined && {remedy})});
  };
  return {
    visit(from) {
      if (visitors.has(from)) return;
      visitors.add(from);
      emit({type: 'trial-visitor', from, seen: locate(from)});
    },
    arrive(id, from) {
      // Machines that scan the whole internet arrive here, too.
      if (!visitors.has(from)) return;
      const known = arrived.get(id) ?? new Set();
      if (known.has(from)) return;
      arrived.set(id, known.add(from));
      emit({type: 'trial-packet', subject: id, from, seen: locate(from)});
    },
    prove(id, from, reached = id) {
      if (reached === id) report(id, 'open', from);
      else report(id, 'elsewhere', from, reached);
    },
    hear(id, works, from) {
      const held = results.get(id)?.result;
      // The port that was reached is known for sure; the page only knows that something answered.
      if (held === 'elsewhere' && works) return;
      if (works) report(id, 'open', from);
      else report(id, arrived.get(id)?.has(from) ? 'one-way' : 'closed', from);
    },
    answerPage: () => conclude(new Map([...results].map(([id, {result}]) => [id, result]))),
    hasVisitor: () => visitors.size > 0,
    isComplete: () => subjects.every(({id}) => results.get(id)?.result === 'open' && results.get(id)?.seen === 'outside'),
  };
}

/** A proof from outside stays, whatever a second visitor or a later try from inside finds. */
function isNews(held: Held | undefined, {result, seen}: Held): boolean {
  if (!held) return true;
  if (held.result === 'open' && (held.seen === 'outside' || result !== 'open')) return false;
  if (held.seen === 'outside' && seen === 'inside') return false;
  return held.result !== result || held.seen !== seen;
}
