/** One thing that a browser outside tries: a port, `443/tcp`, or a way to take part, `websocket`. */
export type TrialSubject = {
  readonly id: string;
  readonly purpose: string;
  /** What to do where nothing arrives. */
  readonly remedy: string;
};

/** A port that cannot be tried, and why. */
export type Untried = {readonly id: string; readonly reason: string};

/** A result that the page reports of a subject; `unsent`: the browser sends no UDP, so nothing was tried. */
export type PageReport = 'open' | 'closed' | 'unsent';

/** `one-way`: it arrives, and the answer does not get back. `elsewhere`: it arrives at another port. */
export type TrialResult = PageReport | 'one-way' | 'elsewhere';

/** How sure a result is: a visitor in the network of this host proves nothing about the way from outside. */
export type Seen = 'outside' | 'inside';

export type TrialEnd = 'complete' | 'time' | 'stopped';

export type TrialBody =
  | {
      readonly type: 'trial-opened';
      /** The addresses of the page, the best one first. */
      readonly links: readonly string[];
      readonly subjects: readonly TrialSubject[];
      readonly untried: readonly Untried[];
      /** How long the page is served. */
      readonly seconds: number;
    }
  | {readonly type: 'trial-visitor'; readonly from: string; readonly seen: Seen}
  | {readonly type: 'trial-packet'; readonly subject: string; readonly from: string; readonly seen: Seen}
  | {
      readonly type: 'trial-result';
      readonly subject: string;
      readonly result: TrialResult;
      readonly from: string;
      readonly seen: Seen;
      readonly summary: string;
      readonly remedy?: string;
    }
  /** Nobody has opened the page for a minute. */
  | {readonly type: 'trial-quiet'; readonly summary: string; readonly remedy: string}
  | {readonly type: 'trial-ended'; readonly reason: TrialEnd; readonly summary: string};

/** An event of a trial, as `--json` prints it. */
export type TrialEvent = {readonly v: 1; readonly at: string} & TrialBody;

export type SubjectView = TrialSubject & {
  readonly state: 'waiting' | 'trying' | TrialResult;
  readonly seen?: Seen;
  readonly summary?: string;
  /** The remedy of the result. */
  readonly advice?: string;
};

/** A trial as it is shown. */
export type TrialView = {
  readonly links: readonly string[];
  readonly subjects: readonly SubjectView[];
  readonly untried: readonly Untried[];
  /** When the page is no longer served, in milliseconds since 1970. */
  readonly until?: number;
  readonly visitor?: {readonly from: string; readonly seen: Seen};
  readonly quiet?: {readonly summary: string; readonly remedy: string};
  readonly ended?: {readonly reason: TrialEnd; readonly summary: string};
};

export const noTrial: TrialView = {links: [], subjects: [], untried: []};

/** Returns the view after one more event. */
export function advanceTrial(view: TrialView, event: TrialEvent): TrialView {
  switch (event.type) {
    case 'trial-opened': {
      const {links, untried, seconds, at} = event;
      const subjects = event.subjects.map(subject => ({...subject, state: 'waiting'}) as const);
      return {...view, links, untried, subjects, until: Date.parse(at) + seconds * 1000};
    }
    case 'trial-visitor': {
      const {quiet: _quiet, ...rest} = view;
      return {...rest, visitor: {from: event.from, seen: event.seen}};
    }
    case 'trial-packet':
      return changeSubject(view, event.subject, subject =>
        subject.state === 'waiting' ? {...subject, state: 'trying'} : subject,
      );
    case 'trial-result': {
      const {result: state, seen, summary, remedy} = event;
      return changeSubject(view, event.subject, ({id, purpose, remedy: known}) => ({
        ...{id, purpose, remedy: known, state, seen, summary},
        ...(remedy !== undefined && {advice: remedy}),
      }));
    }
    case 'trial-quiet':
      return {...view, quiet: event};
    case 'trial-ended':
      return {...view, ended: event};
    default:
      return view;
  }
}

function changeSubject(view: TrialView, id: string, change: (subject: SubjectView) => SubjectView): TrialView {
  return {...view, subjects: view.subjects.map(subject => (subject.id === id ? change(subject) : subject))};
}

/** Returns whether a subject is proven: it works, and this was seen from outside. */
export function isProven({state, seen}: Pick<SubjectView, 'state' | 'seen'>): boolean {
  return state === 'open' && seen === 'outside';
}
