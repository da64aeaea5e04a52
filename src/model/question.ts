import type {Problem} from './problem.ts';

/** What the wizard asks: one setting, with the words around it. */
export type Question = {
  /** The setting's key, `turn.domain`. */
  readonly key: string;
  readonly title: string;
  /** The group of a question that nobody has to answer: the group can be skipped whole. */
  readonly group?: string;
  /** Shown beside the field: what it is for and what it has to look like. */
  readonly help: string;
  /** What the field holds at first, and where that came from (`detected: …`, `saved`). */
  readonly initial?: Filled;
  /** What the field holds at first where there is no `initial`: what the answers so far make likely. */
  suggest?(answers: Answers): Filled | undefined;
  /** A yes-or-no question is answered `true` or `false`. */
  readonly kind: {readonly type: 'text'; readonly placeholder: string} | {readonly type: 'yes-or-no'};
  /** Whether the answers so far make this question needless. */
  skip?(answers: Answers): boolean;
  /** What is wrong with a value, in words that say what to type instead; undefined when it is right. */
  check(value: string, answers: Answers): Problem | undefined;
  /** Looks at a value in the world outside, which takes a while; it only tells, and never keeps anybody from going on. */
  probe?(value: string): Promise<Probed>;
};

/** What came of looking at a value: whether it is as it should be, in words. */
export type Probed = {readonly isGood: boolean; readonly text: string};

/** A value that was filled in for the owner, and where it came from. */
export type Filled = {readonly value: string; readonly source: string};

/** What was answered so far, by the setting's key, as typed. */
export type Answers = Readonly<Record<string, string>>;

/** Whether a question that nobody has to answer is left as it was: then there is nothing to judge and nothing to save. */
export function isUntouched({group, initial}: Question, value: string): boolean {
  return group !== undefined && value === (initial?.value ?? '');
}
