import {constants} from 'node:os';
import type {Following, Host, Output} from '../model/host.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import {type Ended, followProcess} from './follow-process.ts';

/** How patient a host is with its commands, in milliseconds. */
export type Patience = {
  /** Without output from a command that only asks. */
  readonly query: number;
  /** Without output from a command that changes and names no limit of its own. */
  readonly run: number;
  /** Between SIGTERM and SIGKILL. */
  readonly grace: number;
};

const patience: Patience = {query: 60_000, run: 15 * 60_000, grace: 10_000};

/**
 * Makes the two command doors of the real machine. Stopping one, by its signal or for its silence, sends SIGTERM to its whole
 * process group and SIGKILL after the grace. So what must not be cut short (apt, certbot) is run without a signal: a stop
 * then waits for it.
 */
export function createCommands(own: Partial<Patience> = {}): Pick<Host, 'query' | 'run'> {
  const limits = {...patience, ...own};
  return {
    async query(command, following = {}) {
      const silence = following.silence ?? limits.query;
      const ended = await followProcess(command, {...following, silence, grace: limits.grace});
      refuseCutShort(ended, command.argv, {...following, silence});
      return outputOf(ended);
    },
    async run(command, following = {}) {
      const silence = following.silence ?? limits.run;
      following.onLine?.({stream: 'command', line: showArgv(command.argv)});
      const ended = await followProcess(command, {...following, silence, grace: limits.grace});
      refuseCutShort(ended, command.argv, {...following, silence});
      const output = outputOf(ended);
      if (output.exitCode === 0) return output;
      throw new CommandFailed({argv: command.argv, exitCode: output.exitCode, tail: ended.tail});
    },
  };
}

function refuseCutShort({ending, tail}: Ended, argv: readonly string[], {signal, silence}: Following): void {
  if (ending === 'stopped') signal?.throwIfAborted();
  if (ending === 'silent') {
    throw new Problem({
      code: 'command-silent',
      summary: [
        `${showArgv(argv)} printed nothing for ${Math.round((silence ?? 0) / 1000)} s and was ended.`,
        ...tail,
      ].join('\n'),
      remedy:
        'Find out what it waited for (network, disk, another program), then run jitsi-onebox again: it continues where it stopped.',
    });
  }
}

/** Returns the last lines of output; where no process was started, the reason. */
function outputOf({result, tail}: Ended): Output {
  const stderr = result.code === undefined ? result.stderr : tail.join('\n');
  return {exitCode: exitCodeOf(result), stdout: result.stdout, stderr};
}

/** Exit codes as a shell gives them: 127 for a missing program, 126 for one that may not run, 128 and the signal's number. */
function exitCodeOf({exitCode, signal, code}: Ended['result']): number {
  if (exitCode !== undefined) return exitCode;
  if (signal !== undefined) return 128 + constants.signals[signal];
  return code === 'ENOENT' ? 127 : 126;
}

/** Writes an argument vector the way one would type it, for journals and messages. */
export function showArgv(argv: readonly string[]): string {
  return argv.map(showArgument).join(' ');
}

function showArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
