import {accessSync, constants} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {execa} from 'execa';
import {describe} from 'vitest';

/** The verdict of a language's own parser on a text, with its messages. */
export type Verdict = {readonly accepted: boolean; readonly output: string};

// Servers are in directories that only root's PATH contains.
const path = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;

/** Returns why tests with these programs cannot run here; undefined if all are installed. */
export function findMissing(...programs: readonly string[]): string | undefined {
  const missing = programs.filter(program => !isInstalled(program));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** Groups tests that need these programs. If one is missing, they are skipped and the reason is printed. */
export function describeWith(programs: readonly string[], tests: () => void): void {
  const missing = findMissing(...programs);
  if (missing !== undefined) console.warn(`Skipped: ${missing}`);
  describe.skipIf(missing !== undefined)(programs.join(', '), tests);
}

/** Returns whether nginx accepts a text as its whole configuration. */
export function nginxAccepts(text: string): Promise<Verdict> {
  return judge({text, name: 'nginx.conf', command: (file, directory) => ['nginx', '-t', '-p', directory, '-c', file]});
}

/** The smallest nginx configuration around the text of a site. */
export function wrapSite(site: string): string {
  return `pid nginx.pid; error_log stderr; events {} http {\n${site}\n}\n`;
}

/** Returns whether HAProxy accepts a text as its whole configuration. */
export function haproxyAccepts(text: string): Promise<Verdict> {
  return judge({text, name: 'haproxy.cfg', command: file => ['haproxy', '-c', '-f', file]});
}

/**
 * Returns whether systemd accepts a text as a unit of that name, with other units beside it; a setting that it ignores with a warning
 * counts as refused.
 */
export async function systemdAccepts(
  text: string,
  name = 'probe.service',
  beside: Readonly<Record<string, string>> = {},
): Promise<Verdict> {
  const {accepted, output} = await judge({
    text,
    name,
    beside,
    command: file => ['systemd-analyze', '--man=no', 'verify', file],
  });
  return {accepted: accepted && !output.includes(`${name}:`), output};
}

/** Returns whether this machine's compose accepts a text as its file. */
export async function composeAccepts(text: string): Promise<Verdict> {
  const compose = (await findCompose()) ?? ['docker-compose'];
  return judge({text, name: 'compose.yaml', command: file => [...compose, '-f', file, 'config', '-q']});
}

/** Finds this machine's compose: the plugin, else the older program. */
export async function findCompose(): Promise<readonly [string, ...string[]] | undefined> {
  const {failed} = await execa('docker', ['compose', 'version'], {reject: false});
  if (!failed) return ['docker', 'compose'];
  return findMissing('docker-compose') === undefined ? ['docker-compose'] : undefined;
}

/** Returns whether sh accepts a text as a script. */
export function shellAccepts(text: string): Promise<Verdict> {
  return judge({text, name: 'script.sh', command: file => ['sh', '-n', file]});
}

/** Runs work in a temporary directory. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'jitsi-onebox-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, {recursive: true});
  }
}

type Judgement = {
  readonly text: string;
  readonly name: string;
  /** Texts of other files in the same directory, by name. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly command: (file: string, directory: string) => readonly [string, ...string[]];
};

function judge({text, name, beside = {}, command}: Judgement): Promise<Verdict> {
  return inDirectory(async directory => {
    const file = join(directory, name);
    for (const [other, content] of Object.entries(beside)) await writeFile(join(directory, other), content);
    await writeFile(file, text);
    const [program, ...options] = command(file, directory);
    const {exitCode, all} = await execa(program, options, {
      cwd: directory,
      reject: false,
      all: true,
      env: {PATH: path},
    });
    return {accepted: exitCode === 0, output: all};
  });
}

function isInstalled(program: string): boolean {
  return path.split(delimiter).some(directory => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
