/** What the owner can put right: `code` never changes its meaning, `remedy` says what to do, in the owner's words. */
export class Problem extends Error {
  readonly code: string;
  readonly summary: string;
  readonly remedy: string;

  constructor({code, summary, remedy, cause}: {code: string; summary: string; remedy: string; cause?: unknown}) {
    super(`${summary} ${remedy}`, cause === undefined ? undefined : {cause});
    this.name = 'Problem';
    this.code = code;
    this.summary = summary;
    this.remedy = remedy;
  }
}

/** A child process that failed: which command, how it ended, and its last lines of output. */
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

/** A problem as it travels in events and JSON. */
export type ProblemReport = {readonly code: string; readonly summary: string; readonly remedy: string};

/** Turns whatever was thrown into what the owner is told; anything that is neither Problem nor CommandFailed is a bug. */
export function describeError(error: unknown): ProblemReport {
  if (error instanceof Problem) return {code: error.code, summary: error.summary, remedy: error.remedy};
  if (error instanceof CommandFailed) {
    return {
      code: 'command-failed',
      summary: error.message,
      remedy: 'Put right what the command complains of and run jitsi-onebox again: it goes on where it stopped.',
    };
  }
  return {
    code: 'bug',
    summary: error instanceof Error ? (error.stack ?? error.message) : String(error),
    remedy: 'This is a fault of jitsi-onebox. Please report it with the journal of this run.',
  };
}
