import type {Event} from './event.ts';
import {formatDuration, outcomeWords} from './words.ts';

/** Describes an event for the log: every command with its output, and the result of each step and check. */
export function logLines(event: Event): readonly string[] {
  const clock = event.at.slice(11, 19);
  return describe(event).map(text => `${clock} ${text}`);
}

function describe(event: Event): readonly string[] {
  switch (event.type) {
    case 'run-started':
      return [`${event.command}, run ${event.run}, by ${event.by}`];
    case 'step-started':
      return [`--- ${event.step}`];
    case 'step-output':
      return [event.stream === 'command' ? `$ ${event.line}` : `  ${event.line}`];
    case 'step-waiting':
      return [`--- ${event.step} waiting for: ${event.holder ?? event.lock}`];
    case 'step-finished':
      return [
        `--- ${event.step}: ${outcomeWords[event.outcome]}, ${formatDuration(event.ms)}`,
        ...describeProblem(event),
      ];
    case 'check-waiting':
      return [`starting: ${event.summary}`];
    case 'check-finished':
      return [`${event.state}: ${event.summary}`];
    case 'run-finished':
      return [`${event.outcome}, ${formatDuration(event.ms)}`];
    default:
      return [];
  }
}

function describeProblem({problem}: Extract<Event, {type: 'step-finished'}>): readonly string[] {
  return problem ? `${problem.summary}\nWhat to do: ${problem.remedy}`.split('\n').map(line => `  ${line}`) : [];
}
