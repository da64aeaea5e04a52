import type {Place} from '../place.ts';

/** The text that users read about a code. */
export type Entry = {
  /** A few words, for screens. */
  readonly title: string;
  readonly place: Place;
  /** What is wrong when the code is reported. */
  readonly meaning: string;
  readonly remedy: string;
  /** The command that shows it, if it is not that of its group. */
  readonly shownBy?: string;
  /** Whether a warning with this code stops no participant, so that the user may accept it. */
  readonly isSoft?: true;
};
