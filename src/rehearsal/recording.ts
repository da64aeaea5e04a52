import {readFile} from 'node:fs/promises';
import {parse} from 'yaml';
import type {CheckState} from '../model/check.ts';
import type {Facts} from '../model/facts.ts';
import {readFacts} from '../model/facts-json.ts';
import {readNamed} from './read-named.ts';

/** What a recording may tell beside facts, so that a rehearsal has something to show. */
export type Props = {
  /** The settings file of a machine that has its installation already. */
  readonly settings?: string;
  /** Where names lead. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** What checks find, by their codes; the others find nothing wrong. */
  readonly checks?: Readonly<
    Record<string, {readonly state: CheckState; readonly summary: string; readonly remedy?: string}>
  >;
};

/** A machine that was recorded. */
export type Recording = {readonly facts: Facts; readonly props: Props};

/** Reads a recorded machine: NAME.json as `detect --json` prints it, and NAME.rehearsal.yaml where there is more to show. */
export async function readRecording(path: string): Promise<Recording> {
  const props = await readFile(path.replace(/\.json$/, '.rehearsal.yaml'), 'utf8').catch(() => '');
  return {facts: readFacts(await readNamed(path)), props: parse(props) ?? {}};
}
