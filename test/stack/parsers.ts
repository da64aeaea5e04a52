import {accessSync, constants} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {execa} from 'execa';
import {describe} from 'vitest';

/** What a language's own parser says of a text, with its messages. */
export type Verdict = {readonly accepted: boolean; readonly output: string};

// Servers live where only root's PATH leads.
const path = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;

/** Why tests with these programs cannot run here; undefined when all of them are there. */
export function findMissing(...programs: readonly string[]): string | undefined {
  const missing = programs.filter(program => !isInstalled(program));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** Groups tests that need these programs; where one is missing they are skipped, and the reason is printed. */
export function describeWith(programs: readonly string[], tests: () => void): void {
  const missing = findMissing(...programs);
  if (missing !== undefined) console.warn(`Skipped: ${missing}`);
  describe.skipIf(missing !== undefined)(programs.join(', '), tests);
}

/** Whether nginx takes a text as its whole configuration. */
export function nginxAccepts(text: string): Promise<Verdict> {
  return judge({text, name: 'nginx.conf', command: (file, directory) => ['nginx', '-t', '-p', directory, '-c', file]});
}

/** The smallest nginx configuration around the text of a site. */
export function wrapSite(site: string): string {
  return `pid nginx.pid; error_log stderr; events {} http {\n${site}\n}\n`;
}

/** Whether HAProxy takes a text as its whole configuration. */
export function haproxyAccepts(text: string): Promise<Verdict> {
  return judge({text, name: 'haproxy.cfg', command: file => ['haproxy', '-c', '-f', file]});
}

/** Whether systemd takes a text as a unit of that name; what it ignores with a warning counts as refused. */
export async function systemdAccepts(text: string, name = 'probe.service'): Promise<Verdict> {
  const {accepted, output} = await judge({
    text,
    name,
    command: file => ['systemd-analyze', '--man=no', 'verify', file],
  });
  return {accepted: accepted && !output.includes(`${name}:`), output};
}

/** Whether compose, of whichever release is there, takes a text as its file. */
export async function composeAccepts(text: string): Promise<Verdict> {
  const compose = (await findCompose()) ?? ['docker-compose'];
  return judge({text, name: 'compose.yaml', command: file => [...compose, '-f', file, 'config', '-q']});
}

/** The compose of this machine: the plugin where it is there, else the older program. */
export async function findCompose(): Promise<readonly [string, ...string[]] | undefined> {
  const {failed} = await execa('docker', ['compose', 'version'], {reject: false});
  if (!failed) return ['docker', 'compose'];
  return findMissing('docker-compose') === undefined ? ['docker-compose'] : undefined;
}

/** Whether sh takes a text as a script. */
export function shellAccepts(text: string): Promise<Verdict> {
  return judge({text, name: 'script.sh', command: file => ['sh', '-n', file]});
}

/** Lends a directory that is gone afterwards. */
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
  readonly command: (file: string, directory: string) => readonly [string, ...string[]];
};

function judge({text, name, command}: Judgement): Promise<Verdict> {
  return inDirectory(async directory => {
    const file = join(directory, name);
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
