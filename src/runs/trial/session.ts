import type {PageReport, Seen, TrialBody, TrialResult, TrialSubject} from '../../model/trial.ts';
import type {Outcome, Words} from '../../stack/trial/words.ts';

/** What the page shows: the state of every subject in words, and what all of them mean. */
export type PageAnswer = {
  readonly states: Readonly<Record<string, {readonly state: string; readonly text: string}>>;
  readonly verdict: string;
};

export type SessionOptions = {
  readonly subjects: readonly TrialSubject[];
  /** Whether subjects are ports of this host: what works arrives here, too. */
  readonly arePorts?: boolean;
  emit(body: TrialBody): void;
  /** Says where a visitor is. */
  locate(address: string): Seen;
  /** Words a result for the terminal. */
  judge(outcome: Outcome): Words;
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
  hear(id: string, said: PageReport, from: string): void;
  answerPage(): PageAnswer;
  hasVisitor(): boolean;
  /** Whether everything works, and was seen from outside. */
  isComplete(): boolean;
};

type Held = {readonly result: TrialResult; readonly seen: Seen; readonly isProven: boolean};

/** Starts a session. It reports only what changes. */
export function openSession({subjects, arePorts = false, emit, locate, judge, conclude}: SessionOptions): TrialSession {
  const visitors = new Set<string>();
  const arrived = new Map<string, Set<string>>();
  const unexplained = new Set<string>();
  const results = new Map<string, Held>();
  const report = (
    id: string,
    result: TrialResult,
    from: string,
    {isProven = false, at}: {isProven?: boolean; at?: string} = {},
  ) => {
    const subject = subjects.find(each => each.id === id);
    const seen = locate(from);
    if (!subject || !isNews(results.get(id), {result, seen, isProven})) return;
    results.set(id, {result, seen, isProven});
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
      const known = arrived.get(id) ?? new Set();
      if (known.has(from)) return;
      arrived.set(id, known.add(from));
      // Machines that scan the whole internet arrive here, too.
      if (visitors.has(from)) emit({type: 'trial-packet', subject: id, from, seen: locate(from)});
    },
    prove(id, from, reached = id) {
      if (reached === id) report(id, 'open', from, {isProven: true});
      else report(id, 'elsewhere', from, {isProven: true, at: reached});
    },
    hear(id, said, from) {
      if (said === 'unsent') return report(id, said, from);
      if (said === 'closed') return report(id, arrived.get(id)?.has(from) ? 'one-way' : 'closed', from);
      if (!arePorts || arrived.has(id))
        return report(id, 'open', from, {isProven: arrived.get(id)?.has(from) ?? false});
      // Something answered the page, and not this port. If it was another port of this host, the proof is on its way.
      if (unexplained.has(id)) report(id, 'elsewhere', from);
      unexplained.add(id);
    },
    answerPage: () => conclude(new Map([...results].map(([id, {result}]) => [id, result]))),
    hasVisitor: () => visitors.size > 0,
    isComplete: () =>
      subjects.every(({id}) => results.get(id)?.result === 'open' && results.get(id)?.seen === 'outside'),
  };
}

/** What worked stays, and what was seen from outside counts more: only a proof shows that it ended elsewhere. */
function isNews(held: Held | undefined, {result, seen, isProven}: Held): boolean {
  if (!held) return true;
  if (held.seen !== seen) return seen === 'outside';
  if (held.result === 'open' && result !== 'open') return isProven && !held.isProven;
  return held.result !== result;
}
