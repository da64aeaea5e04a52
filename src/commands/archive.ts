import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Host} from '../model/host.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Secret} from '../model/secret.ts';
import {setCompiling} from './compiling.ts';
import {describeFault} from './named-file.ts';

/** The first member of every archive. */
export const manifestName = 'jitsi-onebox-backup.json';

/** An archive that was opened: its members, without a leading slash, and ways to read them. */
export type OpenArchive = {
  readonly names: readonly string[];
  read(name: string): Promise<string>;
  /** Writes every member but the manifest below /; directories that are there keep their modes. */
  extract(): Promise<void>;
};

/**
 * Packs paths, all below /, and a manifest into a compressed tar archive, and encrypts it with a passphrase in the format of age, so
 * that `age --decrypt FILE | tar --extract --gzip` opens it without this program.
 */
export function seal(
  host: Host,
  {
    paths,
    manifest,
    passphrase,
  }: {readonly paths: readonly string[]; readonly manifest: string; readonly passphrase: Secret},
): Promise<Uint8Array> {
  return withDirectory(async directory => {
    await writeFile(`${directory}/${manifestName}`, manifest);
    const members = paths.map(path => path.slice(1));
    const archive = `${directory}/archive`;
    const argv = [
      ...['tar', '--create', '--gzip', `--file=${archive}`, `--directory=${directory}`, manifestName],
      ...['--directory=/', '--no-recursion', ...listParents(members), '--recursion', ...members],
    ] as [string, ...string[]];
    // It exits with 1 if a file changed while it was read, such as a text of Etherpad: all the rest is in the archive.
    await host.run({argv}).catch(error => {
      if (!(error instanceof CommandFailed && error.exitCode === 1)) throw error;
    });
    const {Encrypter} = await loadAge();
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase.reveal());
    return encrypter.encrypt(await readFile(archive));
  });
}

/** Decrypts an archive for as long as `work` takes; the plain bytes are in memory only. Throws a Problem if it cannot be opened. */
export async function open<T>(
  host: Host,
  {file, askPassphrase}: {readonly file: string; readonly askPassphrase: () => Promise<Secret>},
  work: (archive: OpenArchive) => Promise<T>,
): Promise<T> {
  const bytes = await decrypt(file, askPassphrase);
  return withDirectory(async directory => {
    const archive = `${directory}/archive`;
    await writeFile(archive, bytes, {mode: 0o600});
    const {exitCode, stdout} = await host.query({argv: ['tar', '--list', '--gzip', `--file=${archive}`]});
    if (exitCode !== 0) throw notReadable(file, 'it holds no archive');
    return work({
      names: stdout.split('\n').filter(name => name !== ''),
      read: async name =>
        (await host.query({argv: ['tar', '--extract', '--to-stdout', '--gzip', `--file=${archive}`, name]})).stdout,
      async extract() {
        const kept = ['--no-overwrite-dir', `--exclude=${manifestName}`];
        const argv = ['tar', '--extract', '--gzip', '--preserve-permissions', '--same-owner', ...kept] as const;
        await host.run({argv: [...argv, `--file=${archive}`, '--directory=/']});
      },
    });
  });
}

/** Decrypts a file; one that cannot be read is reported before anybody is asked. */
async function decrypt(file: string, askPassphrase: () => Promise<Secret>): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw notReadable(file, describeFault(error));
  });
  const passphrase = await askPassphrase();
  const {Decrypter} = await loadAge();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase.reveal());
  return decrypter.decrypt(bytes).catch(() => {
    throw notReadable(file, 'the passphrase is another one, or the file is damaged');
  });
}

function notReadable(file: string, reason: string): Problem {
  return new Problem({
    code: 'backup-unreadable',
    summary: `${file} cannot be opened: ${reason}.`,
    remedy: 'Name a file that `jitsi-onebox backup` wrote, with its passphrase.',
  });
}

/** Lists the directories above the members below the first level, so that they get their modes back. */
function listParents(members: readonly string[]): readonly string[] {
  const parents = members.flatMap(member => {
    const above: string[] = [];
    for (let path = dirname(member); path.includes('/'); path = dirname(path)) above.unshift(path);
    return above;
  });
  return [...new Set(parents)];
}

/** /run is in memory: no plain secret reaches a disk. */
async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp('/run/jitsi-onebox-backup-');
  try {
    return await work(directory);
  } finally {
    await rm(directory, {recursive: true, force: true});
  }
}

/** A passphrase becomes a key in two seconds, or in minutes without compilers, as after screens. */
function loadAge() {
  setCompiling(true);
  return import('age-encryption');
}
