import {readFile} from 'node:fs/promises';
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
