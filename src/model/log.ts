import type {Event} from './event.ts';
import {formatDuration, outcomeWords} from './words.ts';

/** What an event adds to the log that people read: every command with its output, and how each step and check ended. */
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
      return [`--- ${event.step} waits until ${event.holder ?? event.lock} is done`];
    case 'step-finished':
      return [`--- ${event.step}: ${outcomeWords[event.outcome]}, ${formatDuration(event.ms)}`, ...tellProblem(event)];
    case 'check-finished':
      return [`${event.state}: ${event.summary}`];
    case 'run-finished':
      return [`${event.outcome}, ${formatDuration(event.ms)}`];
    default:
      return [];
  }
}

function tellProblem({problem}: Extract<Event, {type: 'step-finished'}>): readonly string[] {
  return problem ? `${problem.summary}\nWhat to do: ${problem.remedy}`.split('\n').map(line => `  ${line}`) : [];
}
