import type {Note} from './rules.ts';

/** What rules have noted about a packet so far; undefined where that cannot be told. */
export type Notes = {
  readonly mark: number | undefined;
  readonly ctmark: number | undefined;
  /** Whether the kernel follows its connection. */
  readonly isTracked: boolean | undefined;
};

/** A new packet of a participant. */
export const noNotes: Notes = {mark: 0, ctmark: 0, isTracked: true};
const allUnknown: Notes = {mark: undefined, ctmark: undefined, isTracked: undefined};

/** Hostile rules could note another value each, and every chain is walked once for each. */
const mostNotes = 8;

/** Takes a note; `seen` has all notes of this packet so far. */
export function take(notes: Notes, note: Note | undefined, seen: Set<string>): Notes {
  const next = note === undefined ? {...notes, mark: undefined, ctmark: undefined} : write(notes, note);
  const key = keyOf(next);
  if (!seen.has(key) && seen.size >= mostNotes) return allUnknown;
  seen.add(key);
  return next;
}

function write(notes: Notes, {field, value, mask}: Note): Notes {
  if (field === 'tracking') return {...notes, isTracked: false};
  const before = notes[field];
  if (value === undefined) return {...notes, [field]: undefined};
  if (mask === undefined) return {...notes, [field]: value};
  return {...notes, [field]: before === undefined ? undefined : ((before & ~mask) ^ value) >>> 0};
}

/** Keeps of two possible notes what both have. */
export function merge(one: Notes, other: Notes): Notes {
  return {
    mark: one.mark === other.mark ? one.mark : undefined,
    ctmark: one.ctmark === other.ctmark ? one.ctmark : undefined,
    isTracked: one.isTracked === other.isTracked ? one.isTracked : undefined,
  };
}

/** Names notes, so that equal ones have the same name. */
export const keyOf = ({mark, ctmark, isTracked}: Notes) => `${mark} ${ctmark} ${isTracked}`;
