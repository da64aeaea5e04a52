import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {explainRestore, type Member, markRestore, readRestore, removeRestore} from '../stack/index.ts';
import {type OpenArchive, open} from './archive.ts';
import type {CommandContext, Print} from './context.ts';
import {describeLeftOut, type Inspected, inspect} from './inspect-backup.ts';
import {readPassphrase} from './passphrase.ts';

/**
 * `restore FILE`: puts everything from a backup into its place on a host that has none of it. The caller applies the settings then. A
 * restore that broke off is continued by the same command.
 */
export async function placeBackup({machine, invocation}: CommandContext, print: Print): Promise<void> {
  const {file = ''} = invocation.backup ?? {};
  const askPassphrase = () => readPassphrase(invocation.passphraseFile, {isNew: false});
  const {manifest, leftOut} = await open(machine.host, {file, askPassphrase}, async archive => {
    const inspected = await inspect(archive);
    await place(machine.host, archive, inspected);
    return inspected;
  });
  print(
    `The files of ${manifest.domain} from ${manifest.at} are in place. Next, their settings are applied.${describeLeftOut(leftOut, file)}`,
  );
}

/** Extracts the members of a backup, with a mark on disk while some of them are missing. */
async function place(host: Host, archive: OpenArchive, {manifest, parts, taken}: Inspected): Promise<void> {
  const {digest} = archive;
  const broken = await readRestore(host);
  if (broken && broken.digest !== digest) throw explainRestore(broken);
  const there = broken?.directories ?? (await findDirectories(host, taken));
  const names = new Set(taken.map(({name}) => name).filter(name => !there.includes(name)));
  const mark = {domain: manifest.domain, at: manifest.at, digest, directories: there};
  try {
    await markRestore(host, mark);
    await archive.extract([...names]);
    const files = taken.map(({name}) => `/${name}`).filter(path => parts.named.includes(path));
    // No setting names a program.
    if (files.length > 0) await host.run({argv: ['chmod', 'a-x', '--', ...files]});
    await host.run({argv: ['sync']});
  } catch (cause) {
    throw explainRestore(mark, cause);
  }
  await removeRestore(host);
}

/** Finds the directories that are there already, whose modes stay; throws a Problem if there is anything else. */
async function findDirectories(host: Host, taken: readonly Member[]): Promise<readonly string[]> {
  const states = await Promise.all(
    taken.map(async ({name, type}) => ({name, type, state: await host.files.stat(`/${name}`)})),
  );
  const there = states.filter(({state}) => state !== undefined);
  const isDirectory = ({type, state}: (typeof there)[number]) => type === 'd' && state?.type !== 'file';
  const inTheWay = there.filter(each => !isDirectory(each)).map(({name}) => `/${name}`);
  if (inTheWay.length > 0) throw explainInTheWay(inTheWay);
  return there.map(({name}) => name);
}

const pathsNamed = 5;

function explainInTheWay(paths: readonly string[]): Problem {
  const more = paths.length > pathsNamed ? ` and ${paths.length - pathsNamed} more` : '';
  return new Problem({
    code: 'restore-in-the-way',
    summary: `Nothing was restored, because these exist already: ${paths.slice(0, pathsNamed).join(', ')}${more}.`,
    remedy:
      'If an earlier restore put them there, it is complete, and `jitsi-onebox apply` is all that is left to do. Otherwise restore on a fresh host.',
  });
}
