import type {Entry} from './entry.ts';

/** Problems with passwords, and with files of secrets. */
export const secretProblems = {
  'token-secret': {
    title: 'Secret for tokens not usable',
    place: 'prosody',
    meaning:
      'The file of the setting access.secret is missing, can be read by others than root, or does not hold one strong word.',
    remedy:
      'Put at least 32 letters and digits there, in a file of root with mode 600; or let jitsi-onebox make a secret: access.secret=generated.',
  },
  'notify-secret': {
    title: 'Secret for messages not usable',
    place: 'host',
    meaning: 'A file with a secret for mails or the web hook is missing, can be read by others, or has another form.',
    remedy: 'Put the secret on one line of the file; then `chown root FILE` and `chmod 600 FILE`.',
  },
  'unfit-password': {
    title: 'Password that no account can have',
    place: 'prosody',
    meaning:
      "A password in .env has characters that cannot be written into the file of Prosody's account, so the two may differ.",
    remedy: 'Renew it: jitsi-onebox passwords renew NAME.',
  },
  'weak-password': {
    title: 'Weak passwords are replaced',
    place: 'host',
    meaning: 'Passwords in .env that are short enough to be guessed are replaced with new ones.',
    remedy: 'Nothing, unless another program uses the same passwords: then give it the new ones.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
