import {createHash} from 'node:crypto';
import {mkdtemp, readFile, rm, stat, statfs, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Host} from '../model/host.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Secret} from '../model/secret.ts';
import {formatBytes} from '../model/words.ts';
import type {Member} from '../stack/index.ts';
import {listMembers} from './archive-members.ts';
import {setCompiling} from './compiling.ts';
import {describeFault} from './named-file.ts';

/** The first member of every archive. */
export const manifestName = 'jitsi-onebox-backup.json';

/** Bytes: the archive is in memory twice, once encrypted. */
const largestArchive = 1024 ** 3;
/** Bytes that stay free in /run while a backup is open. */
const reserve = 16 * 1024 ** 2;

/** An archive that was opened: its members without the manifest, and ways to read them. */
export type OpenArchive = {
  readonly members: readonly Member[];
  /** The SHA-256 of the whole archive. */
  readonly digest: string;
  read(name: string): Promise<string>;
  /** Writes the named members below /, each with its mode and owner, over what is there. */
  extract(names: readonly string[]): Promise<void>;
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
    limit = largestArchive,
  }: {
    readonly paths: readonly string[];
    readonly manifest: string;
    readonly passphrase: Secret;
    readonly limit?: number;
  },
): Promise<Uint8Array> {
  return withDirectory(async directory => {
    await writeFile(`${directory}/${manifestName}`, manifest);
    const archive = `${directory}/archive`;
    await pack(host, {directory, archive, paths, limit: Math.min(limit, (await freeBytes(directory)) / 2)});
    const {Encrypter} = await loadAge();
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase.reveal());
    return encrypter.encrypt(await readFile(archive));
  });
}

type Packing = {
  readonly directory: string;
  readonly archive: string;
  readonly paths: readonly string[];
  readonly limit: number;
};

/** Packs an archive up to a limit: participants and containers fill some of the directories, and systemd and Docker need /run. */
async function pack(host: Host, {directory, archive, paths, limit}: Packing): Promise<void> {
  const members = paths.map(path => path.slice(1));
  const argv = [
    ...['prlimit', `--fsize=${Math.floor(limit)}`],
    ...['tar', '--create', '--gzip', '--sparse', `--file=${archive}`, `--directory=${directory}`, manifestName],
    ...['--directory=/', '--no-recursion', ...listParents(members), '--recursion', ...members],
  ] as [string, ...string[]];
  await host.run({argv}).catch(async error => {
    const {size} = await stat(archive).catch(() => ({size: 0}));
    if (size >= Math.floor(limit)) throw await tooLarge(host, paths, limit);
    // It exits with 1 if a file changed while it was read, such as a text of Etherpad: all the rest is in the archive.
    if (!(error instanceof CommandFailed && error.exitCode === 1)) throw error;
  });
}

async function tooLarge(host: Host, paths: readonly string[], limit: number): Promise<Problem> {
  const {stdout} = await host.query({argv: ['du', '--summarize', '--block-size=1', '--', ...paths]});
  const sizes = stdout.split('\n').map(line => line.split('\t'));
  const [[bytes, largest = ''] = []] = sizes.toSorted(([one], [other]) => Number(other) - Number(one));
  return new Problem({
    code: 'backup-too-large',
    summary: `No backup was made: packed, it would be larger than ${formatBytes(limit)}. The most is ${formatBytes(Number(bytes))} in ${largest}.`,
    why: 'The archive is packed in memory below /run, which may take half of the room that is free there.',
    remedy: `Remove what does not belong there; this shows it: sudo du -ah ${largest} | sort -h | tail`,
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
    if ((await freeBytes(directory)) < bytes.length + reserve) throw noRoom(file, bytes.length);
    await writeFile(archive, bytes, {mode: 0o600});
    const members = await listMembers(host, archive);
    if (members === undefined) throw notReadable(file, 'it holds no archive');
    const extract = ['tar', '--extract', '--gzip', `--file=${archive}`, '--no-recursion'] as const;
    return work({
      members: members.filter(({name}) => name !== manifestName),
      digest: createHash('sha256').update(bytes).digest('hex'),
      read: async name => (await host.query({argv: [...extract, '--to-stdout', '--', name]})).stdout,
      async extract(names) {
        await writeFile(`${directory}/names`, names.map(name => `${name}\0`).join(''));
        const list = ['--null', '--verbatim-files-from', `--files-from=${directory}/names`];
        // The numbers of containers' users are the same everywhere; names of the same numbers are not.
        const how = ['--preserve-permissions', '--same-owner', '--numeric-owner', '--directory=/'];
        await host.run({argv: [...extract, ...how, ...list]});
      },
    });
  });
}

function noRoom(file: string, bytes: number): Problem {
  return new Problem({
    code: 'backup-too-large',
    summary: `${file} is not opened: it needs ${formatBytes(bytes)} of memory below /run, and there is less.`,
    remedy: 'Give the machine more memory, or enlarge /run: sudo mount -o remount,size=2G /run',
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

async function freeBytes(path: string): Promise<number> {
  const {bavail, bsize} = await statfs(path);
  return bavail * bsize;
}

/** A passphrase becomes a key in two seconds, or in minutes without compilers, as after screens. */
function loadAge() {
  setCompiling(true);
  return import('age-encryption');
}
