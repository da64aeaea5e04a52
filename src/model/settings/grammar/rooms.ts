import type {Reading} from './reading.ts';

const later = ['registered-with-guests', 'registered-only'];

/** Reads who may open a room. */
export function readRooms(text: string): Reading<'anyone'> {
  if (text === 'anyone') return {value: text};
  return {
    fault: later.includes(text)
      ? 'comes with user accounts in a later release; until then only "anyone" works'
      : 'is not a choice; only "anyone" is one so far',
  };
}
