import type {Reading} from './reading.ts';

/** What most servers have. Intl knows but does not list it, and takes 70 ms to say so. */
const universal = 'Etc/UTC';

/** Reads a time zone's name as the time zone database spells it. */
export function readTimeZone(text: string): Reading {
  if (text === universal) return {value: text};
  const name = Intl.supportedValuesOf('timeZone').find(zone => zone.toLowerCase() === text.toLowerCase());
  if (name !== undefined) return {value: name};
  // Intl also takes offsets such as +01:00, for which the database has no file.
  if (!/^[A-Z][A-Za-z0-9]*(?:[/_+-][A-Za-z0-9]+)*$/.test(text) || !isKnown(text))
    return {fault: 'is not in the time zone database'};
  return {value: text};
}

// Older names such as US/Eastern are known but not listed.
function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', {timeZone: zone});
    return true;
  } catch {
    return false;
  }
}
