import type {FileState} from '../model/host.ts';

/** Finds what is wrong with the file of a secret, which only root may read; returns the end of a sentence. */
export function findSecretFileFault(stat: FileState | undefined): string | undefined {
  if (stat === undefined) return 'is not there';
  if (stat.type !== 'file') return 'is not a file';
  if (stat.uid !== 0) return 'does not belong to root';
  return stat.mode & 0o077 ? `can be read by others than root: its mode is ${stat.mode.toString(8)}` : undefined;
}

/** Names the commands after which only root can read a file. */
export const closeFile = (path: string) => `\`chown root: ${path}\` and \`chmod 600 ${path}\``;
