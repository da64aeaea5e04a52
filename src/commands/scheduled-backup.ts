import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Settings} from '../model/settings/schema.ts';
import {findSecretFileFault, nameBackup, sortBackups} from '../stack/index.ts';
import {packBackup} from './backup.ts';
import {type CommandContext, formatJson, type Print, readDraft} from './context.ts';
import {readPassphrase} from './passphrase.ts';

const owner = {uid: 0, gid: 0} as const;

/** `backup --scheduled`: makes a backup as the settings say, and removes the oldest ones of its kind. */
export async function makeScheduledBackup(context: CommandContext, print: Print): Promise<number> {
  const {host} = context.machine;
  const {backup} = completeSettings(await readDraft(context));
  const {directory, keep} = backup;
  const {bytes} = await packBackup(context, () => readOwnPassphrase(context, backup));
  if ((await host.files.stat(directory)) === undefined)
    await host.files.makeDirectory(directory, {mode: 0o700, ...owner});
  const name = nameBackup(host.now());
  const path = `${directory}/${name}`;
  await host.files.write(path, bytes, {mode: 0o600, ...owner});
  // The new one stays, also if others were named by a clock that ran ahead.
  const others = sortBackups((await host.files.list(directory)) ?? []).filter(each => each !== name);
  const old = others.slice(keep - 1).map(each => `${directory}/${each}`);
  for (const each of old) await host.files.remove(each);
  const lines = [path, ...old.map(each => `Removed: ${each}`)];
  print(context.invocation.json ? formatJson({file: path, removed: old}) : lines.join('\n'));
  return exits.done;
}

/** Reads the passphrase, unless somebody else can read it as well. */
async function readOwnPassphrase({machine}: CommandContext, {'passphrase-file': file}: Settings['backup']) {
  const fault = findSecretFileFault(await machine.host.files.stat(file));
  if (fault === undefined) return readPassphrase(file, {isNew: true});
  throw new Problem({
    code: 'passphrase-unusable',
    summary: `No backup was made: ${file}, the file with the passphrase, ${fault}.`,
    remedy: `Write the passphrase into it as its first line, for root alone: sudo install -m 600 /dev/null ${file} && sudo nano ${file}. Keep it elsewhere too.`,
  });
}
