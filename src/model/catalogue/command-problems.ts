import type {Entry} from './entry.ts';

/** Problems of a command line, and of commands that cannot do their work here or now. */
export const commandProblems = {
  'backup-unreadable': {
    title: 'Backup not readable',
    place: 'host',
    meaning: 'The file is no backup of this program, is damaged, or has another passphrase.',
    remedy: 'Name a file that `jitsi-onebox backup` wrote, with its passphrase.',
  },
  'restore-in-the-way': {
    title: 'Files in the way of a restore',
    place: 'host',
    meaning: 'The host already has files that the backup would replace, so nothing was restored.',
    remedy: 'After an earlier restore, run `jitsi-onebox apply`. Otherwise restore on a fresh host.',
  },
  'account-exists': {
    title: 'Name in use',
    place: 'prosody',
    meaning: 'There is an account with this name already.',
    remedy: 'Choose another name, or set a new password with `jitsi-onebox users password NAME`.',
  },
  'accounts-off': {
    title: 'No accounts here',
    place: 'prosody',
    meaning: 'The settings let anyone open rooms, or ask for tokens, so the server knows no accounts.',
    remedy: 'Set rooms to registered or members, and access.kind to accounts.',
  },
  'accounts-refused': {
    title: 'Accounts not changed',
    place: 'prosody',
    meaning: 'Prosody did not do what was asked with an account.',
    remedy: 'Look at `jitsi-onebox status`. If Prosody is starting, try again in a minute.',
  },
  'bad-settings': {
    title: 'Settings not valid',
    place: 'host',
    meaning: 'One or more settings are missing or have a value that does not fit.',
    remedy: 'Correct the settings that are listed, and run the same command again.',
  },
  'bad-usage': {
    title: 'Command line not understood',
    place: 'host',
    meaning: 'The command line contains an unknown command, an unknown option, or a value that does not fit.',
    remedy: 'See `jitsi-onebox --help`.',
  },
  'trial-page-missing': {
    title: 'No page at the meeting site',
    place: 'nginx',
    meaning: 'The meeting site does not pass on the page with which a browser outside tries this server.',
    remedy: 'Run `jitsi-onebox apply`. If nginx is starting or reloading, try again in a minute.',
  },
  'trial-without-page': {
    title: 'No port for the page of a trial',
    place: 'host',
    meaning: 'Ports 80 and 443 are both in use, so the page that tries the ports cannot be served.',
    remedy: 'On an installed server, run `jitsi-onebox doctor --outside`. Otherwise free port 80 or 443 meanwhile.',
  },
  bug: {
    title: 'Fault of jitsi-onebox',
    place: 'host',
    meaning: 'Something happened that jitsi-onebox was not written for.',
    remedy: 'Please report it with the journal of the run.',
  },
  'facts-invalid': {
    title: 'Recorded facts not readable',
    place: 'host',
    meaning: 'The file of --facts does not contain facts as `jitsi-onebox detect --json` prints them.',
    remedy: 'Record them again with `jitsi-onebox detect --json`.',
  },
  'no-account': {
    title: 'Unknown account',
    place: 'prosody',
    meaning: 'There is no account with this name.',
    remedy: 'See `jitsi-onebox users list`.',
  },
  'no-password': {
    title: 'No usable password',
    place: 'prosody',
    meaning: 'No password was given, the two that were typed differ, or it is too short.',
    remedy: 'Type it again, or let jitsi-onebox make one: `jitsi-onebox users add NAME --generate`.',
  },
  'no-run': {
    title: 'No run yet',
    place: 'host',
    meaning: 'There is no run to attach to, because none was ever started on this host.',
    remedy: 'Start one with `sudo jitsi-onebox`.',
  },
  'no-such-run': {
    title: 'Unknown run',
    place: 'host',
    meaning: 'There is no run with this name.',
    remedy:
      'Name one of the listed runs: jitsi-onebox undo RUN. Without a name, undo takes the newest one with changes.',
  },
  'no-systemd': {
    title: 'No systemd',
    place: 'host',
    meaning: 'This system does not run systemd, which keeps a run alive when the terminal is closed.',
    remedy: 'Run jitsi-onebox on the Debian machine itself, not in a container or a chroot.',
  },
  'no-terminal': {
    title: 'Nobody to ask',
    place: 'host',
    meaning: 'The command would have to ask, but standard input is no terminal, or the output is JSON.',
    remedy: 'Run it without questions: pass the settings and --yes.',
  },
  'no-tokens': {
    title: 'No tokens here',
    place: 'prosody',
    meaning: 'The settings do not ask for tokens, so the server would not look at one.',
    remedy: 'Set access.kind to jwt, and rooms to registered or members.',
  },
  'not-installed': {
    title: 'Nothing installed',
    place: 'host',
    meaning: 'There is no installation of jitsi-onebox on this host.',
    remedy: 'Run `sudo jitsi-onebox` first.',
  },
  'not-root': {
    title: 'Root required',
    place: 'host',
    meaning: 'The command changes this host or reads every part of it, which only root may do.',
    remedy: 'Run it with sudo. `jitsi-onebox plan` and `jitsi-onebox check DOMAIN` need no root.',
  },
  'not-undoable': {
    title: 'Run that cannot be undone',
    place: 'host',
    meaning: 'The run removed the installation and its packages, so there is nothing left to restore it with.',
    remedy: 'Install again with `sudo jitsi-onebox apply`. It uses the files that the removal kept.',
  },
  'nothing-to-undo': {
    title: 'Nothing to undo',
    place: 'host',
    meaning: 'There is no run with changes that is not undone yet.',
    remedy: 'To remove the whole installation: sudo jitsi-onebox uninstall.',
  },
  'plan-changed': {
    title: 'Approved plan outdated',
    place: 'host',
    meaning: 'The host or the settings changed after the plan was approved, so the plan is another one now.',
    remedy: 'Look at `jitsi-onebox plan` again and approve the new plan.',
  },
  'run-in-progress': {
    title: 'Another run in progress',
    place: 'host',
    meaning: 'A run is in progress, and there can be only one at a time.',
    remedy: 'Watch it with `sudo jitsi-onebox attach`, and start this command again when it has ended.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
