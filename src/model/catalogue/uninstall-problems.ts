import type {Entry} from './entry.ts';

/** Warnings in the plan of an uninstallation. */
export const uninstallProblems = {
  'backups-stay': {
    title: 'Backups that stay',
    place: 'host',
    meaning: 'An uninstallation removes no backup, since nothing else can restore the server after a purge.',
    remedy: 'Keep them with their passphrase, or remove their directory yourself.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
