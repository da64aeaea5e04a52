import type {Secret} from './secret.ts';

/** A command as an argument vector: no shell ever reads it. */
export type Command = {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Goes to standard input: the way in for anything that must not show in argv. */
  readonly input?: string | Secret;
};

export type Output = {readonly exitCode: number; readonly stdout: string; readonly stderr: string};

export type OutputLine = {readonly stream: 'command' | 'stdout' | 'stderr'; readonly line: string};

/** The means to follow and stop a running command. */
export type Following = {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: OutputLine) => void;
  /** Milliseconds without any output after which the command counts as hung; never a limit on its duration. */
  readonly silence?: number;
  /** Whether the command goes on until the signal: it may be silent, and its output is only passed on line by line. */
  readonly isEndless?: boolean;
};

/** The entry at a path, links not followed. `mode` is the permission bits, `modified` milliseconds since 1970. */
export type FileState = {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modified: number;
};

export type FileAttributes = {readonly mode: number; readonly uid: number; readonly gid: number};

/** Bytes of the largest file that is read or copied. */
export const largestFile = 16 * 1024 ** 2;

/** The file door: the first six ask, the rest change. An absent path is `undefined`, an unreadable one throws EACCES, a large one a Problem. */
export type Files = {
  read(path: string): Promise<string | undefined>;
  /** The same for foreign files, which need not be text. */
  readBytes(path: string): Promise<Uint8Array | undefined>;
  stat(path: string): Promise<FileState | undefined>;
  /** The target of a link, as written in it. */
  readLink(path: string): Promise<string | undefined>;
  /** The path with every link resolved. */
  resolve(path: string): Promise<string | undefined>;
  list(path: string): Promise<readonly string[] | undefined>;
  /** Writes beside, syncs and renames: nobody ever sees half a file. */
  write(path: string, content: string | Uint8Array, attributes: FileAttributes): Promise<void>;
  setAttributes(path: string, attributes: FileAttributes): Promise<void>;
  makeDirectory(path: string, attributes: FileAttributes): Promise<void>;
  /** Puts a link in place atomically, replacing the entry that was there. */
  link(path: string, target: string): Promise<void>;
  /** Removes a file, a link or a whole directory; absent is fine. */
  remove(path: string): Promise<void>;
};

export type ContainerState = {
  readonly id: string;
  /** The id of its image. */
  readonly image?: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: boolean;
  /** Its first process, as this host numbers it. */
  readonly pid?: number;
  /** The state of the health check; `none` where the container has none. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** Milliseconds since 1970, or undefined before the first start. */
  readonly started: number | undefined;
  /** How often Docker restarted it since somebody started it. */
  readonly restarts: number;
  /** The output of the last health check. */
  readonly healthOutput: string;
};

/** Returns an image's name without its tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** The registry of an image whose name has none. */
export const dockerHub = 'registry-1.docker.io';

/** Returns the registry of an image. As Docker reads a name, a first part without a dot or a colon is none, but for localhost. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && first !== 'docker.io' && /[.:]|^localhost$/.test(first) ? first : dockerHub;
}

export type PullProgress = {readonly done: number; readonly total: number | undefined; readonly layer: string};

/** The Engine's door. An Engine that does not run has no images and no containers. */
export type Docker = {
  /**
   * The digests an image was pulled by under a name (or its id where it has none); none when the image is not there. With an id, those
   * of the image that has it now, whatever the name means by now.
   */
  imageDigests(name: string, id?: string): Promise<readonly string[]>;
  /** The containers of a compose project, stopped ones too. */
  containers(project: string): Promise<readonly ContainerState[]>;
  /** Asks the registry for the digest that a name refers to now; throws Problem registry-unreachable. */
  askRegistry(name: string): Promise<string>;
  pull(name: string, following: {signal?: AbortSignal; onProgress: (progress: PullProgress) => void}): Promise<void>;
};

/** The machine: `query` asks and must change nothing, `run` changes; dry run and tests are other Hosts. */
export type Host = {
  /** Runs a command that only asks; a non-zero exit is an answer, a missing program is exit code 127. */
  query(command: Command, following?: Following): Promise<Output>;
  /** Runs a command that changes the machine; throws CommandFailed when it fails. */
  run(command: Command, following?: Following): Promise<Output>;
  readonly files: Files;
  readonly docker: Docker;
  /** Milliseconds since 1970 by the machine's clock. */
  now(): number;
};
