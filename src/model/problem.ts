import type {ProblemCode} from './catalogue.ts';

/** Something that the user can fix. `why` says what it means for them; `command` is the remedy as a line to copy. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly summary: string;
  readonly remedy: string;
  readonly why: string | undefined;
  readonly command: string | undefined;
  readonly about: string | undefined;

  constructor({code, summary, remedy, why, command, about, cause}: ProblemReport & {readonly cause?: unknown}) {
    super(`${summary} ${remedy}`, cause === undefined ? undefined : {cause});
    this.name = 'Problem';
    this.code = code;
    this.summary = summary;
    this.remedy = remedy;
    this.why = why;
    this.command = command;
    this.about = about;
  }
}

/** Reports a failed child process with its last lines of output. */
export class CommandFailed extends Error {
  readonly argv: readonly string[];
  readonly exitCode: number | undefined;
  readonly tail: readonly string[];

  constructor({
    argv,
    exitCode,
    tail,
  }: {argv: readonly string[]; exitCode: number | undefined; tail: readonly string[]}) {
    const ending = exitCode === undefined ? 'was ended' : `exited with ${exitCode}`;
    super([`${argv.join(' ')} ${ending}`, ...tail].join('\n'));
    this.name = 'CommandFailed';
    this.argv = argv;
    this.exitCode = exitCode;
    this.tail = tail;
  }
}

/** A problem in events and JSON. A journal of another version may contain codes that this one does not know. */
export type ProblemReport = {
  readonly code: ProblemCode;
  readonly summary: string;
  readonly remedy: string;
  readonly why?: string;
  readonly command?: string;
  /** What it is about, where several things can have it: a port, a domain, a file system. */
  readonly about?: string;
};

/** Describes a thrown error for the user. One that is no Problem, no failed command and no full disk is a bug. */
export function describeError(error: unknown): ProblemReport {
  if (error instanceof Problem) return reportOf(error);
  if (error instanceof CommandFailed) {
    return {
      code: 'command-failed',
      summary: error.message,
      remedy: 'Correct the cause that the output names, then run jitsi-onebox again: it continues where it stopped.',
    };
  }
  if (isDiskFull(error)) {
    return {
      code: 'disk-full',
      summary: `There is no space left on the disk: ${error.message}.`,
      remedy: 'Free some space (`df -h` shows where), then run jitsi-onebox again: it continues where it stopped.',
    };
  }
  return {
    code: 'bug',
    summary: error instanceof Error ? (error.stack ?? error.message) : String(error),
    remedy:
      'This is a fault of jitsi-onebox. Please report it with the file that `sudo jitsi-onebox doctor --bundle FILE` writes.',
  };
}

function isDiskFull(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function reportOf({code, summary, remedy, why, command, about}: Problem): ProblemReport {
  return {
    ...{code, summary, remedy},
    ...(why !== undefined && {why}),
    ...(command !== undefined && {command}),
    ...(about !== undefined && {about}),
  };
}
