import type {Seen, TrialResult, TrialSubject} from '../../model/trial.ts';

/** A result, as far as it depends on the visitor. */
export type Outcome = {
  readonly subject: TrialSubject;
  readonly result: TrialResult;
  readonly from: string;
  readonly seen: Seen;
  /** Where it arrived, if elsewhere. */
  readonly at?: string;
};

export type Words = {readonly summary: string; readonly remedy?: string};

/** What to do about a browser that sends no UDP. */
export const otherBrowser =
  'Open the page in another browser, or allow WebRTC over UDP in its policies and extensions.';

/** Words the result of a port for the terminal. */
export function wordPort({subject: {id, remedy}, result, from, seen, at = ''}: Outcome): Words {
  if (result === 'unsent')
    return {summary: `${id} was not tried: the browser at ${from} sends no UDP.`, remedy: otherBrowser};
  if (seen === 'inside')
    return {
      summary: `${result === 'open' ? `${id} answers` : `Nothing arrives at ${id}`}, but ${from} is in the network of this host: that proves nothing about the way from outside.`,
      remedy: 'Turn off Wi-Fi on the phone, and open the page again.',
    };
  switch (result) {
    case 'open':
      return {summary: `${id} works: seen from outside.`};
    case 'one-way':
      return {
        summary: `What is sent to ${id} arrives, but the answer does not get back.`,
        remedy: `Look in the router for a rule that stops what leaves from ${id}.`,
      };
    case 'elsewhere':
      return {
        summary: `What is sent to ${id} ${at === '' ? 'is answered by something else' : `arrives at ${at}`}.`,
        remedy: `Correct the forward: ${remedy}`,
      };
    case 'closed':
      return {summary: `Nothing that is sent to ${id} arrives.`, remedy};
  }
}

/** Words the results for the page. */
export const pageWords: Readonly<Record<TrialResult, string>> = {
  open: 'works',
  'one-way': 'arrives, but the answer does not get back',
  elsewhere: 'arrives at another port',
  closed: 'does not arrive',
  unsent: 'not tried: this browser sends no UDP',
};

/** Words the results of all ports for the visitor. */
export function concludePorts(subjects: readonly TrialSubject[], results: ReadonlyMap<string, TrialResult>): string {
  const bad = subjects.filter(({id}) => results.has(id) && results.get(id) !== 'open').map(({id}) => id);
  if (bad.length > 0)
    return `Not yet: ${bad.join(', ')}. The terminal says what to do; this page tries again automatically.`;
  return results.size < subjects.length ? '' : 'Everything works. You can close this page.';
}
