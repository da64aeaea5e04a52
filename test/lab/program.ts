import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {execa} from 'execa';
import {run} from './command.ts';
import {checkout, disk} from './places.ts';

/** A build of the program: what it was built from in a few characters, and the disk layer that has it installed. */
export type Program = {readonly stamp: string; readonly layer: string};

const dist = `${checkout}/dist`;
const builtFrom = `${dist}/built-from`;
const sources = [
  ...['assets', 'src', 'install.sh', 'package.json', 'package-lock.json'],
  ...['build', 'build.ts', 'bundle', 'bundle.ts', 'launcher'].map(name => `scripts/${name}`),
];

/** Names the sources that the checkout has now. */
export async function stampSources(): Promise<string> {
  const line = 'find "$@" -type f -print0 | sort -z | xargs -0 sha256sum';
  const {stdout} = await execa('sh', ['-euc', line, 'sh', ...sources], {cwd: checkout, stdin: 'ignore'});
  return createHash('sha256').update(process.version).update(stdout).digest('hex').slice(0, 12);
}

/** Builds the program from the checkout, or finds what was built before from the same sources. */
export async function makeProgram(): Promise<Program> {
  const stamp = await stampSources();
  const layer = `${disk}/programs/${stamp}`;
  if ((await readFile(builtFrom, 'utf8').catch(() => '')) !== stamp) {
    const stdio = ['ignore', 'inherit', 'inherit'] as const;
    await execa(`${checkout}/scripts/build`, {cwd: checkout, stdio, timeout: 120_000, killDescendants: true});
    await writeFile(builtFrom, stamp);
  }
  if (!existsSync(layer)) {
    await rm(`${layer}.partial`, {recursive: true, force: true});
    await installProgram(`${layer}.partial`);
    await rename(`${layer}.partial`, layer);
  }
  return {stamp, layer};
}

/** Puts the built program where an installation puts it. */
async function installProgram(tree: string): Promise<void> {
  const home = `${tree}/opt/jitsi-onebox`;
  const version = await readVersion();
  await mkdir(`${home}/releases`, {recursive: true});
  await mkdir(`${tree}/usr/local/bin`, {recursive: true});
  await run(['cp', '-a', '--no-preserve=ownership', dist, `${home}/releases/${version}`], {seconds: 60});
  await rm(`${home}/releases/${version}/built-from`);
  // As install.sh does: Node keeps compiled code there.
  await mkdir(`${home}/releases/${version}/cache`);
  await symlink(`releases/${version}`, `${home}/current`);
  await symlink('/opt/jitsi-onebox/current/bin/jitsi-onebox', `${tree}/usr/local/bin/jitsi-onebox`);
}

async function readVersion(): Promise<string> {
  const {version}: {version: string} = JSON.parse(await readFile(`${checkout}/package.json`, 'utf8'));
  return version;
}
