import type {Answers} from '../question.ts';
import type {RawValue} from './keys.ts';

/** Where a value comes from, the strongest first; what detection finds fills `auto` later. */
export type Origin = 'answer' | 'flag' | 'file' | 'saved' | 'default';

/** A settings file: its text, and the name to call it by in messages. */
export type SettingsText = {readonly name: string; readonly text: string};

/** Everything that may say something about the settings. */
export type Sources = {
  readonly saved?: SettingsText;
  readonly file?: SettingsText;
  /** What stood behind each `--set`: `turn.domain=turn.example.org`. */
  readonly flags?: readonly string[];
  readonly answers?: Answers;
};

/** One thing that one source says of one key; `fault` tells of a value that cannot even be read. */
export type Entry = {
  readonly key: string;
  readonly from: Origin;
  readonly source: string;
  readonly line?: number;
  /** The lines of a list's items. */
  readonly itemLines?: readonly number[];
  /** The value as typed. */
  readonly typed: string;
} & ({readonly value: RawValue} | {readonly fault: string});

/** What is wrong at one place, and what to do about it. */
export type Fault = {
  /** Empty where a whole file is at fault. */
  readonly key: string;
  readonly from: Origin;
  readonly source: string;
  readonly line?: number;
  readonly value?: string;
  /** The end of a sentence that starts with the value. */
  readonly reason: string;
  readonly remedy: string;
};

export type Provenance = {readonly from: Origin; readonly line?: number};

/** The settings as far as the sources give them: nothing is judged twice, nothing is thrown. */
export type Draft = {
  readonly sources: Sources;
  /** What counts for each key that any source names. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Where each setting's value comes from, defaults too. */
  readonly provenance: ReadonlyMap<string, Provenance>;
  readonly faults: readonly Fault[];
  /** Required settings that no source names. */
  readonly missing: readonly string[];
};
