import type {Problem} from './problem.ts';

/** What the wizard asks: one setting, with the words around it. */
export type Question = {
  /** The setting's key, `turn.domain`. */
  readonly key: string;
  readonly title: string;
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
};

/** A value that was filled in for the owner, and where it came from. */
export type Filled = {readonly value: string; readonly source: string};

/** What was answered so far, by the setting's key, as typed. */
export type Answers = Readonly<Record<string, string>>;
