import {mkdir, readFile, symlink} from 'node:fs/promises';
import {execa} from 'execa';
import {run} from './command.ts';
import {checkout} from './places.ts';

/** Builds the program as it stands in the checkout. */
export async function buildProgram(): Promise<void> {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  await execa(`${checkout}/scripts/build`, {cwd: checkout, stdio, timeout: 120_000, killDescendants: true});
}

/** Puts the built program where an installation puts it. */
export async function installProgram(tree: string): Promise<void> {
  const home = `${tree}/opt/jitsi-onebox`;
  const version = await readVersion();
  await mkdir(`${home}/releases`, {recursive: true});
  await mkdir(`${tree}/usr/local/bin`, {recursive: true});
  await run(['cp', '-a', '--no-preserve=ownership', `${checkout}/dist`, `${home}/releases/${version}`], {seconds: 60});
  // As install.sh does: Node keeps there what it compiled.
  await mkdir(`${home}/releases/${version}/cache`);
  await symlink(`releases/${version}`, `${home}/current`);
  await symlink('/opt/jitsi-onebox/current/bin/jitsi-onebox', `${tree}/usr/local/bin/jitsi-onebox`);
}

async function readVersion(): Promise<string> {
  const {version}: {version: string} = JSON.parse(await readFile(`${checkout}/package.json`, 'utf8'));
  return version;
}
