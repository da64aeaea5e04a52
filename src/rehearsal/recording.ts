import {parse} from 'yaml';
import type {CheckState} from '../model/check.ts';
import type {Facts} from '../model/facts.ts';
import {readFacts} from '../model/facts-json.ts';

/** What a recording may hold besides facts, so that a rehearsal has something to show. */
export type Props = {
  /** The settings file of a machine that is installed already. */
  readonly settings?: string;
  /** The addresses of domain names; any other name has the machine's public address. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** What checks find, by their codes; the others find nothing wrong. */
  readonly checks?: Readonly<
    Record<string, {readonly state: CheckState; readonly summary: string; readonly remedy?: string}>
  >;
};

/** A machine that was recorded. */
export type Recording = {readonly facts: Facts; readonly props: Props};

/** Parses a recorded machine: NAME.json as `detect --json` prints it, and NAME.rehearsal.yaml if there is more to show. */
export function parseRecording(facts: string, props: string): Recording {
  return {facts: readFacts(facts), props: parse(props) ?? {}};
}
