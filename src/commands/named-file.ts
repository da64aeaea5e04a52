import {readFile, writeFile} from 'node:fs/promises';
import {Problem} from '../model/problem.ts';

/** Reads a file that was named on the command line. */
export async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem({
      code: 'bad-usage',
      summary: `${path} cannot be read: ${reason}.`,
      remedy: 'Name an existing file.',
      cause,
    });
  }
}

/** Writes a file that was named on the command line: only its owner may read it, and no other is replaced. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content, {mode: 0o600, flag: 'wx'});
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem({
      code: 'bad-usage',
      summary: `${path} cannot be written: ${reason}.`,
      remedy: 'Name a file that does not exist yet.',
      cause,
    });
  }
}
