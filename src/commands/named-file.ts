import {existsSync} from 'node:fs';
import {type FileHandle, mkdir, open, readdir, readFile, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import {Problem} from '../model/problem.ts';

/** Reads a file that was named on the command line. */
export async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse(
      `${path} cannot be read: ${describeFault(cause)}.`,
      'Name a file that exists and that you may read.',
      cause,
    );
  }
}

/** Writes a file that was named on the command line: only its owner may read it, and no other is replaced. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  const fail = (cause: unknown) => {
    throw notWritten(path, cause);
  };
  const file = await open(path, 'wx', 0o600).catch(fail);
  try {
    await fill(file, content);
  } catch (cause) {
    // Half a file would look like a whole one, and be in the way of the next attempt.
    await rm(path, {force: true});
    fail(cause);
  }
}

async function fill(file: FileHandle, content: string | Uint8Array): Promise<void> {
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

/** Makes a directory that was named on the command line; one that is there has to be empty. */
export async function makeEmptyDirectory(path: string): Promise<void> {
  try {
    // Not with all above it: below /proc, Node would try that for ever.
    await mkdir(path);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw notWritten(path, cause);
    const files = await readdir(path).catch((error: unknown) => {
      throw notWritten(path, codeOf(error) === 'ENOENT' ? cause : error);
    });
    if (files.length > 0)
      throw refuse(`--out needs a new or an empty directory; ${path} has files.`, 'Name another directory.');
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EEXIST: 'it exists already',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it needs a directory where there is a file',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
};

const unwritable: typeof reasons = {...reasons, ENOENT: 'nothing can be made there'};

const remedies: Readonly<Record<string, string>> = {
  EEXIST: 'Name one that does not exist yet.',
  EACCES: 'Name one in a directory that you may write to, or run the command with sudo.',
  EPERM: 'Name one in a directory that you may write to, or run the command with sudo.',
  ENOSPC: 'Name one on another file system, or free some space.',
};

/** Explains why a path that was named on the command line cannot be written. */
export function notWritten(path: string, cause: unknown): Problem {
  const code = codeOf(cause);
  const isMissing = code === 'ENOENT' && !existsSync(dirname(path));
  const reason = isMissing ? `there is no directory ${dirname(path)}` : (unwritable[code] ?? describe(cause));
  const remedy = remedies[code] ?? 'Name a file in a directory that exists.';
  return refuse(`${path} cannot be written: ${reason}.`, remedy, cause);
}

/** Describes why the system refused a file. */
export const describeFault = (cause: unknown) => reasons[codeOf(cause)] ?? describe(cause);

const codeOf = (cause: unknown) => (cause instanceof Error && 'code' in cause ? String(cause.code) : '');
const describe = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const refuse = (summary: string, remedy: string, cause?: unknown) =>
  new Problem({code: 'bad-usage', summary, remedy, cause});
