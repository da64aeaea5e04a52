import {advanceTrial, noTrial, type TrialEvent, type TrialView} from '../model/trial.ts';

/** Shows the events of a trial as they happen. Ctrl-C ends it. */
export async function followTrial(
  events: AsyncIterable<TrialEvent>,
  leave: () => void,
  show: (event: TrialEvent) => void,
): Promise<TrialView> {
  let view = noTrial;
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  try {
    for await (const event of events) {
      view = advanceTrial(view, event);
      show(event);
    }
    return view;
  } finally {
    process.removeListener('SIGINT', leave);
    process.removeListener('SIGTERM', leave);
  }
}

/** Words an event of a trial in lines. */
export function narrateTrial(event: TrialEvent): readonly string[] {
  switch (event.type) {
    case 'trial-opened':
      return [
        ...event.untried.map(({id, reason}) => `Not tried: ${id}, since ${reason}.`),
        `Open this page on a phone with mobile data (Wi-Fi off), within ${event.seconds / 60} minutes:`,
        `  ${event.links[0] ?? ''}`,
        `It tries ${event.subjects.map(({id}) => id).join(', ')}. Ctrl-C ends the trial.`,
      ];
    case 'trial-visitor':
      return [
        `The page was opened from ${event.from}${event.seen === 'inside' ? ', in the network of this host' : ''}.`,
      ];
    case 'trial-packet':
      return [`${event.subject}: something arrived from ${event.from}.`];
    case 'trial-result':
      return [event.summary, ...(event.remedy === undefined ? [] : [`  ${event.remedy}`])];
    case 'trial-quiet':
      return [event.summary, `  ${event.remedy}`];
    case 'trial-ended':
      return [event.summary];
    default:
      return [];
  }
}
