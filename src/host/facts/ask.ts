import * as v from 'valibot';
import type {Host, Output} from '../../model/host.ts';

/** Says why a fact is unknown; `source` is the command or file that was asked. */
export class Unreadable extends Error {
  readonly source: string;

  constructor(source: string, reason: string) {
    super(reason);
    this.name = 'Unreadable';
    this.source = source;
  }
}

/** The exit code with which a Host reports that a program is not installed. */
export const missing = 127;

/** Runs a command that may fail. */
export function query(host: Host, ...argv: [string, ...string[]]): Promise<Output> {
  return host.query({argv});
}

/** Runs a command that must succeed, and returns its output. */
export async function ask(host: Host, ...argv: [string, ...string[]]): Promise<string> {
  const {exitCode, stdout, stderr} = await query(host, ...argv);
  if (exitCode === 0) return stdout;
  const words = stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`;
  throw new Unreadable(argv.join(' '), exitCode === missing ? `${argv[0]} is not installed` : words);
}

/** Runs a command that prints JSON, and parses it. */
export async function askJson<Schema extends v.GenericSchema>(
  host: Host,
  schema: Schema,
  ...argv: [string, ...string[]]
): Promise<v.InferOutput<Schema>> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), await ask(host, ...argv));
  if (!read.success) throw new Unreadable(argv.join(' '), 'its answer is not understood');
  return read.output;
}

/** Reads a file; returns undefined if it is absent or forbidden. */
export async function readIfAllowed(host: Host, path: string): Promise<string | undefined> {
  return host.files.read(path).catch(() => undefined);
}
