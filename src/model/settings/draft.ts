import type {Answers} from '../question.ts';
import type {RawValue} from './schema.ts';

/** Where a value comes from, the strongest first. Detection fills in `auto` later. */
export type Origin = 'answer' | 'flag' | 'file' | 'saved' | 'former' | 'default';

/** A settings file: its text, and its name for messages. */
export type SettingsText = {readonly name: string; readonly text: string};

/** All sources of settings. */
export type Sources = {
  /** What the variables of a server that is taken over say. */
  readonly former?: SettingsText;
  readonly saved?: SettingsText;
  readonly file?: SettingsText;
  /** The arguments of each `--set`: `turn.domain=turn.example.org`. */
  readonly flags?: readonly string[];
  readonly answers?: Answers;
};

/** The value that a source gives to a key, as typed; `reason` if it cannot be read. */
export type Entry = {
  readonly key: string;
  readonly from: Origin;
  readonly source: string;
  readonly line?: number;
  /** The lines of a list's items. */
  readonly itemLines?: readonly number[];
  readonly typed: string;
  /** Whether it adds to the map of a weaker source, and does not replace it. */
  readonly isPart?: true;
} & ({readonly value: RawValue} | {readonly reason: string});

/** A mistake in a source, and its remedy. */
export type Fault = {
  /** Empty if the whole file is at fault. */
  readonly key: string;
  readonly from: Origin;
  readonly source: string;
  readonly line?: number;
  readonly value?: string;
  /** The end of a sentence that starts with the value. */
  readonly reason: string;
  readonly remedy: string;
};

/** The settings as far as the sources give them. */
export type Draft = {
  readonly sources: Sources;
  /** The strongest entry of each key; a key without an entry has its default. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The valid values, defaults included. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly faults: readonly Fault[];
  /** The required settings that no source gives. */
  readonly missing: readonly string[];
};
