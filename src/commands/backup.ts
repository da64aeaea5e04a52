import {hostname} from 'node:os';
import {exits, version} from '../model/program.ts';
import type {Secret} from '../model/secret.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {countOf, formatBytes} from '../model/words.ts';
import {findBackupPaths, settingsPath} from '../stack/index.ts';
import {open, seal} from './archive.ts';
import {type CommandContext, formatJson, type Print, readDraft} from './context.ts';
import {describeLeftOut, inspect, type Manifest} from './inspect-backup.ts';
import {writeNew} from './named-file.ts';
import {readPassphrase} from './passphrase.ts';
import {notInstalled} from './refusals.ts';

/** `backup FILE` writes everything that makes this installation itself into one encrypted file; `backup verify FILE` opens one. */
export async function backUp(context: CommandContext, print: Print): Promise<number> {
  const {file = '', verifies = false} = context.invocation.backup ?? {};
  return verifies ? verifyBackup(context, print, file) : makeBackup(context, print, file);
}

async function makeBackup(context: CommandContext, print: Print, file: string): Promise<number> {
  const {invocation} = context;
  const ask = () => readPassphrase(invocation.passphraseFile, {isNew: true});
  const {bytes, paths} = await packBackup(context, ask);
  await writeNew(file, bytes);
  if (invocation.json) print(formatJson({file, bytes: bytes.length, paths}));
  else
    print(
      `${file}: ${formatBytes(bytes.length)}, encrypted. It holds:\n${paths.map(path => `  ${path}`).join('\n')}\n\n` +
        `Keep it on another machine, and the passphrase elsewhere: without it nobody can open the file.`,
    );
  return exits.done;
}

/** Packs a backup of this installation; asks for the passphrase only if there is one. */
export async function packBackup(
  context: CommandContext,
  askPassphrase: () => Promise<Secret>,
): Promise<{readonly bytes: Uint8Array; readonly paths: readonly string[]}> {
  const {host} = context.machine;
  const draft = await readDraft(context);
  if ((await host.files.read(settingsPath)) === undefined) throw notInstalled();
  const settings = completeSettings(draft);
  const paths = await findBackupPaths(host, settings);
  const passphrase = await askPassphrase();
  const at = new Date().toISOString();
  const manifest: Manifest = {v: 1, version, at, host: hostname(), domain: settings.domain, paths: [...paths]};
  return {bytes: await seal(host, {paths, manifest: formatJson(manifest), passphrase}), paths};
}

/** Opens a backup and shows its contents; changes nothing. */
async function verifyBackup({machine, invocation}: CommandContext, print: Print, file: string): Promise<number> {
  const askPassphrase = () => readPassphrase(invocation.passphraseFile, {isNew: false});
  const {manifest, taken, leftOut} = await open(machine.host, {file, askPassphrase}, inspect);
  if (invocation.json) print(formatJson({...manifest, members: taken.length, leftOut}));
  else
    print(
      `${file} is whole: ${manifest.domain} on ${manifest.host}, ${manifest.at}, made by version ${manifest.version}.\n` +
        `It holds ${countOf(taken.length, 'member')}:\n` +
        manifest.paths.map(path => `  ${path}`).join('\n') +
        describeLeftOut(leftOut, file),
    );
  return exits.done;
}
