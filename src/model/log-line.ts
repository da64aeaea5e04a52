import type {Place} from './place.ts';

/** The places that write logs. */
export const loggingPlaces = [
  'nginx',
  'haproxy',
  'mmproxy',
  'web',
  'prosody',
  'jicofo',
  'videobridge',
  'turn',
  'host',
] as const satisfies readonly Place[];

export type LoggingPlace = (typeof loggingPlaces)[number];

/** A line that a service logged; the moment is ISO 8601 in UTC. */
export type LogLine = {readonly at: string; readonly place: LoggingPlace; readonly text: string};

/** Formats a line: `11-29 15:54:52 prosody     …`, or where it is narrow `15:54:52 prosody …`. */
export function formatLogLine({at, place, text}: LogLine, isNarrow = false): string {
  const clock = at.slice(11, 19);
  return isNarrow ? `${clock} ${place} ${text}` : `${at.slice(5, 10)} ${clock} ${place.padEnd(11)} ${text}`;
}
