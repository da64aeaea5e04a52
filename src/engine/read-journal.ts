import {createReadStream} from 'node:fs';
import {createInterface} from 'node:readline';
import type {Event, EventBody} from '../model/event.ts';

// A record, so that the compiler misses no kind.
const known: Readonly<Record<EventBody['type'], true>> = {
  'run-started': true,
  'plan-made': true,
  queried: true,
  'step-started': true,
  'step-output': true,
  'step-progress': true,
  'step-waiting': true,
  'step-finished': true,
  heartbeat: true,
  'check-started': true,
  'check-finished': true,
  'stop-requested': true,
  'run-finished': true,
};

/** Reads a journal from its start; a line that was cut short and kinds of events of later releases are passed over. */
export async function* readJournal(path: string): AsyncGenerator<Event> {
  for await (const line of createInterface({input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY})) {
    const event = parseEvent(line);
    if (event) yield event;
  }
}

/** The event that a line holds; undefined for a line that was cut short and for kinds of later releases. */
export function parseEvent(line: string): Event | undefined {
  try {
    const event = JSON.parse(line);
    return event?.v === 1 && Object.hasOwn(known, event.type) ? event : undefined;
  } catch {
    return undefined;
  }
}
