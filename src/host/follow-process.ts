import {once} from 'node:events';
import {homedir} from 'node:os';
import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import type {Command, Following} from '../model/host.ts';
import {Secret} from '../model/secret.ts';

/** How a process ended: by itself, stopped by the signal, or stopped because it was silent for too long. */
export type Ended = {
  readonly ending: 'by itself' | 'stopped' | 'silent';
  readonly result: {
    readonly exitCode?: number | undefined;
    readonly signal?: NodeJS.Signals | undefined;
    readonly code?: string | undefined;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** The last lines of both streams, or why there was no process at all. */
  readonly tail: readonly string[];
};

const tailLength = 20;

/** Runs one process to its end and passes its lines on. Ends it on the signal, or when it is silent for too long. */
export async function followProcess(
  command: Command,
  {signal, onLine, silence, grace, isEndless = false}: Following & {readonly silence: number; readonly grace: number},
): Promise<Ended> {
  const silent = new AbortController();
  const clock = setTimeout(() => silent.abort(), silence);
  if (isEndless) clearTimeout(clock);
  // Loaded with the first process that is started, which is after the first screen.
  const {execa} = await import('execa');
  const child = spawn(execa, command, {
    cancelSignal: AbortSignal.any([silent.signal, ...(signal ? [signal] : [])]),
    grace,
    isEndless,
  });
  const hide = hiderOf(command.input);
  const tail: string[] = [];
  const reading = (['stdout', 'stderr'] as const).map(stream =>
    readLines(child[stream], {
      // To refresh a timer that was cleared would set it again.
      onData: () => void (isEndless || clock.refresh()),
      onLine(raw) {
        const line = hide(raw);
        onLine?.({stream, line});
        tail.push(line);
        if (tail.length > tailLength) tail.shift();
      },
    }),
  );
  const {stdout = '', stderr = '', ...result} = await child;
  clearTimeout(clock);
  await Promise.all(reading);
  if (tail.length === 0 && result.failed) tail.push(result.originalMessage ?? result.shortMessage ?? '');
  const ending = !result.isCanceled ? 'by itself' : signal?.aborted ? 'stopped' : 'silent';
  return {ending, result: {...result, stdout, stderr}, tail};
}

/** Starts a process in a group of its own and in an environment that owes nothing to the caller's. */
function spawn(
  execa: typeof import('execa').execa,
  {argv: [program, ...args], env, cwd, input}: Command,
  {cancelSignal, grace, isEndless}: {cancelSignal: AbortSignal; grace: number; isEndless: boolean},
) {
  return execa(program, args, {
    env: {...environment(), ...env},
    extendEnv: false,
    // Not the caller's: a user without rights may stand where commands that run as another may not even be started.
    cwd: cwd ?? '/',
    ...(input === undefined ? {stdin: 'ignore'} : {input: input instanceof Secret ? input.reveal() : input}),
    reject: false,
    stripFinalNewline: false,
    killDescendants: true,
    // It would grow for as long as the command runs.
    buffer: !isEndless,
    cancelSignal,
    forceKillAfterDelay: grace,
  });
}

function environment(): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: homedir(),
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    // Root's Docker context may point to another host, but only this one is to be changed.
    DOCKER_HOST: 'unix:///var/run/docker.sock',
  };
}

/** Tells every line that is not blank; a carriage return ends a line too, as progress bars are written. */
async function readLines(input: Readable, {onData, onLine}: {onData: () => void; onLine: (line: string) => void}) {
  input.on('data', onData);
  const lines = createInterface({input, crlfDelay: Number.POSITIVE_INFINITY});
  lines.on('line', raw => {
    const line = stripVTControlCharacters(raw).trimEnd();
    if (line !== '') onLine(line);
  });
  await once(lines, 'close');
}

/** A command that echoes what it was fed in secret must not spill it: each of its lines is masked. */
function hiderOf(input: Command['input']): (line: string) => string {
  if (!(input instanceof Secret)) return line => line;
  const parts = input
    .reveal()
    .split('\n')
    .filter(part => part.length >= 4);
  return line => parts.reduce((masked, part) => masked.replaceAll(part, String(input)), line);
}
