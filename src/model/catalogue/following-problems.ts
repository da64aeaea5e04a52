import type {Entry} from './entry.ts';

/** The problems of settings that let the server follow its public address. */
export const followingProblems = {
  'dynamic-dns-secret': {
    title: 'Secret of dynamic DNS',
    place: 'host',
    meaning: 'The file that dynamic-dns.secret names is missing, or others than root can read it.',
    remedy: 'Put the secret into that file, owned by root and with mode 0600.',
  },
  'address-given': {
    title: 'Address given',
    place: 'router',
    meaning: 'The settings ask to follow another public address, and also say which one it is.',
    remedy: 'Set address.public to auto, or address.changes to off.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
