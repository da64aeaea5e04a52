import type {Problem} from './problem.ts';

/** A question of the wizard: one setting with the words around it. */
export type Question = {
  /** The setting's key, `turn.domain`. */
  readonly key: string;
  readonly title: string;
  /** The group of an optional question; a group can be skipped as a whole. */
  readonly group?: string;
  /** Shown next to the field: the purpose and form of the answer. */
  readonly help: string;
  /** The initial content of the field, with its source (`detected: …`, `saved`). */
  readonly initial?: Filled;
  /** Suggests the initial content from the other answers if there is no `initial`. */
  suggest?(answers: Answers): Filled | undefined;
  /** A yes-or-no question is answered `true` or `false`. */
  readonly kind: {readonly type: 'text'; readonly placeholder: string} | {readonly type: 'yes-or-no'};
  /** Says whether the answers so far make this question needless. */
  skip?(answers: Answers): boolean;
  /** Explains what is wrong with a value and what to type instead; undefined if it is right. */
  check(value: string, answers: Answers): Problem | undefined;
  /** Checks a value against the outside world, which takes a while. The user may continue in any case. */
  probe?(value: string): Promise<Probed>;
};

/** The result of a probe in words. */
export type Probed = {readonly isGood: boolean; readonly text: string};

/** A value that was filled in for the user, with its source. */
export type Filled = {readonly value: string; readonly source: string};

/** The answers so far as typed, by the setting's key. */
export type Answers = Readonly<Record<string, string>>;

/** Says whether an optional question is unchanged: then there is nothing to judge and nothing to save. */
export function isUntouched({group, initial}: Question, value: string): boolean {
  return group !== undefined && value === (initial?.value ?? '');
}
