import {
  type Command,
  type ContainerState,
  type Docker,
  type Host,
  type Output,
  repositoryOf,
} from '../../src/model/host.ts';
import {CommandFailed, Problem} from '../../src/model/problem.ts';
import {createMemoryFiles, type Seed} from './memory-files.ts';
import type {MemoryEntry} from './memory-tree.ts';

/** The answer of a scripted command: its standard output, or more. */
export type Answer = string | Partial<Output>;
export type Script =
  | Answer
  | ((command: Command, host: MemoryHost) => Answer | undefined | Promise<Answer | undefined>);

/** A machine in memory; a test can inspect and change everything in it. */
export type MemoryHost = Host & {
  readonly tree: Map<string, MemoryEntry>;
  /** Scripts by prefix of the command line (`systemctl show`); the longest match answers. */
  readonly commands: Record<string, Script>;
  readonly images: Record<string, string>;
  /** Digests of images that can be pulled, by name. */
  readonly registry: Record<string, string>;
  readonly containers: Record<string, ContainerState[]>;
  /** Command lines queried, and every change in order (`run …`, `write /path`, `pull …`). */
  readonly asked: string[];
  readonly changes: string[];
  /** The current time; setting it moves the clock. */
  clock: number;
};

/** Makes an in-memory Host; a command that is not scripted is a missing program. */
export function createMemoryHost({
  files: seeds = {},
  denied = [],
  commands = {},
  images = {},
  registry = {},
  containers = {},
  clock = Date.parse('2026-11-22T08:30:00Z'),
}: {
  files?: Readonly<Record<string, Seed>>;
  /** Paths that cannot be read, with everything below. */
  denied?: readonly string[];
  commands?: Record<string, Script>;
  images?: Record<string, string>;
  registry?: Record<string, string>;
  containers?: Record<string, ContainerState[]>;
  clock?: number;
} = {}): MemoryHost {
  const asked: string[] = [];
  const changes: string[] = [];
  let time = clock;
  const now = () => time;
  const {files, tree} = createMemoryFiles({seeds, denied, now, onChange: change => changes.push(change)});
  const docker: Docker = {
    imageDigests: async (name, id = name) => [images[id]].filter(digest => digest !== undefined),
    containers: async project => containers[project] ?? [],
    askRegistry: async name => registry[name] ?? '',
    async pull(name, {onProgress}) {
      changes.push(`pull ${name}`);
      const [, wanted] = name.split('@');
      const byDigest = Object.entries(registry).find(
        ([tag, digest]) => repositoryOf(tag) === repositoryOf(name) && digest === wanted,
      );
      const digest = registry[name] ?? byDigest?.[1];
      if (!digest)
        throw new Problem({code: 'image-pull-failed', summary: `${name} cannot be pulled.`, remedy: 'Try again.'});
      onProgress({done: 1, total: 1, layer: 'layer'});
      images[name] = digest;
      images[`${repositoryOf(name)}@${digest}`] = digest;
    },
  };
  const host: MemoryHost = {
    tree,
    commands,
    images,
    registry,
    containers,
    asked,
    changes,
    get clock() {
      return time;
    },
    set clock(value) {
      time = value;
    },
    files,
    docker,
    now,
    async query(command) {
      asked.push(command.argv.join(' '));
      return answer(host, command);
    },
    async run(command, following) {
      changes.push(`run ${command.argv.join(' ')}`);
      following?.onLine?.({stream: 'command', line: command.argv.join(' ')});
      const output = await answer(host, command);
      for (const stream of ['stdout', 'stderr'] as const)
        for (const line of linesOf(output[stream])) following?.onLine?.({stream, line});
      if (output.exitCode === 0) return output;
      throw new CommandFailed({
        argv: command.argv,
        exitCode: output.exitCode,
        tail: linesOf(output.stdout + output.stderr),
      });
    },
  };
  return host;
}

async function answer(host: MemoryHost, command: Command): Promise<Output> {
  const line = command.argv.join(' ');
  const key = Object.keys(host.commands)
    .filter(start => line === start || line.startsWith(`${start} `))
    .sort((a, b) => b.length - a.length)[0];
  const script = key === undefined ? undefined : host.commands[key];
  if (script === undefined) return {exitCode: 127, stdout: '', stderr: `${command.argv[0]}: not found`};
  const given = (typeof script === 'function' ? await script(command, host) : script) ?? '';
  return {exitCode: 0, stdout: '', stderr: '', ...(typeof given === 'string' ? {stdout: given} : given)};
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}
