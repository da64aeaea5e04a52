import {hostname} from 'node:os';
import * as v from 'valibot';
import {Problem} from '../model/problem.ts';
import {exits, version} from '../model/program.ts';
import type {Secret} from '../model/secret.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import type {Settings} from '../model/settings/schema.ts';
import {countOf, formatBytes} from '../model/words.ts';
import {listBackupPaths, settingsPath} from '../stack/index.ts';
import {manifestName, type OpenArchive, open, seal} from './archive.ts';
import {type CommandContext, formatJson, type Print, readDraft} from './context.ts';
import {writeNew} from './named-file.ts';
import {readPassphrase} from './passphrase.ts';
import {notInstalled} from './refusals.ts';

const manifestSchema = v.object({
  v: v.literal(1),
  version: v.string(),
  at: v.string(),
  host: v.string(),
  domain: v.string(),
  paths: v.array(v.string()),
});
type Manifest = Readonly<v.InferOutput<typeof manifestSchema>>;

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
  const wanted = listBackupPaths(settings);
  const found = await Promise.all(wanted.map(path => host.files.stat(path)));
  const paths = wanted.filter((_, index) => found[index] !== undefined);
  const passphrase = await askPassphrase();
  const at = new Date().toISOString();
  const manifest: Manifest = {v: 1, version, at, host: hostname(), domain: settings.domain, paths: [...paths]};
  return {bytes: await seal(host, {paths, manifest: formatJson(manifest), passphrase}), paths};
}

/** Opens a backup and shows its contents; changes nothing. */
async function verifyBackup({machine, invocation}: CommandContext, print: Print, file: string): Promise<number> {
  const askPassphrase = () => readPassphrase(invocation.passphraseFile, {isNew: false});
  const {manifest, names} = await open(machine.host, {file, askPassphrase}, inspect);
  if (invocation.json) print(formatJson({...manifest, members: names.length}));
  else
    print(
      `${file} is whole: ${manifest.domain} on ${manifest.host}, ${manifest.at}, made by version ${manifest.version}.\n` +
        `It holds ${countOf(names.length - 1, 'member')}:\n` +
        manifest.paths.map(path => `  ${path}`).join('\n'),
    );
  return exits.done;
}

/** `restore FILE`: puts everything from a backup into its place on a host that has none of it. The caller applies the settings then. */
export async function placeBackup(context: CommandContext, print: Print): Promise<void> {
  const {
    machine: {host},
    invocation,
  } = context;
  const {file = ''} = invocation.backup ?? {};
  const askPassphrase = () => readPassphrase(invocation.passphraseFile, {isNew: false});
  const manifest = await open(host, {file, askPassphrase}, async archive => {
    const {manifest, names} = await inspect(archive);
    const known = await Promise.all(
      names.map(async name => {
        const stat = name.endsWith('/') ? undefined : await host.files.stat(`/${name}`);
        return stat && `/${name}`;
      }),
    );
    const taken = known.filter(path => path !== undefined);
    if (taken.length > 0) throw inTheWay(taken);
    await archive.extract();
    return manifest;
  });
  if (!invocation.json) print(`Restored ${manifest.domain} as it was on ${manifest.at}. The rest follows from it.`);
}

type Inspected = {readonly manifest: Manifest; readonly names: readonly string[]};

/** Reads the manifest, and refuses an archive with members that a backup of its settings does not have. */
async function inspect({names, read}: OpenArchive): Promise<Inspected> {
  const {success, output: manifest} = v.safeParse(
    v.pipe(v.string(), v.parseJson(), manifestSchema),
    await read(manifestName),
  );
  if (!success) throw notOurs('it has no manifest that this version understands');
  const roots = listBackupPaths(readSettings(await read(settingsPath.slice(1)))).map(path => path.slice(1));
  const isKnown = (name: string) =>
    name === manifestName || roots.some(root => isWithin(name, root) || isWithin(root, name.replace(/\/$/, '')));
  const stranger = names.find(name => !isKnown(name) || name.split('/').includes('..'));
  if (stranger !== undefined) throw notOurs(`it also holds ${stranger}, which is no part of a backup`);
  return {manifest, names};
}

const isWithin = (name: string, directory: string) => name === directory || name.startsWith(`${directory}/`);

function readSettings(text: string): Settings {
  return completeSettings(gatherSettings({saved: {name: `${settingsPath} in the backup`, text}}));
}

function notOurs(reason: string): Problem {
  return new Problem({
    code: 'backup-unreadable',
    summary: `The backup is not used: ${reason}.`,
    remedy: 'Use a backup of this program, and at least the version that made it.',
  });
}

const pathsNamed = 5;

function inTheWay(paths: readonly string[]): Problem {
  const more = paths.length > pathsNamed ? ` and ${paths.length - pathsNamed} more` : '';
  return new Problem({
    code: 'restore-in-the-way',
    summary: `Nothing was restored, because these exist already: ${paths.slice(0, pathsNamed).join(', ')}${more}.`,
    remedy:
      'If an earlier restore put them there, `jitsi-onebox apply` is all that is left to do. Otherwise restore on a fresh host.',
  });
}
