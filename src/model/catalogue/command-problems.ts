import type {Entry} from './entry.ts';

/** Problems of a command line, and of commands that cannot do their work here or now. */
export const commandProblems = {
  'backup-unreadable': {
    title: 'Backup not readable',
    place: 'host',
    meaning: 'The file is no backup of this program, is damaged, or has another passphrase.',
    remedy: 'Name a file that `jitsi-onebox backup` wrote, with its passphrase.',
  },
  'backup-too-large': {
    title: 'Backup too large',
    place: 'host',
    meaning: 'A backup is packed and opened in memory below /run, and there is too little space for this one.',
    remedy: 'Remove what does not belong into the directory that is named, or enlarge /run.',
  },
  'restore-incomplete': {
    title: 'Restore not complete',
    place: 'host',
    meaning: 'A restore broke off, so files of the backup are missing, and nothing is installed over the rest.',
    remedy: 'If the disk is full, free some space, and run the same `jitsi-onebox restore FILE` again.',
  },
  'restore-in-the-way': {
    title: 'Files in the way of a restore',
    place: 'host',
    meaning: 'The host already has files that the backup would replace, so nothing was restored.',
    remedy: 'After a complete restore, run `jitsi-onebox apply`. Otherwise restore on a fresh host.',
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
    remedy:
      'On an installed server, run `jitsi-onebox doctor --outside`. Otherwise install first (your sites stay up), or free port 80 or 443 during the trial.',
  },
  bug: {
    title: 'Fault of jitsi-onebox',
    place: 'host',
    meaning: 'Something happened that jitsi-onebox was not written for.',
    remedy: 'Please report it with the file that `sudo jitsi-onebox doctor --bundle FILE` writes.',
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
  'passphrase-unusable': {
    title: 'Passphrase of the backups',
    place: 'host',
    meaning: 'The file with the passphrase of scheduled backups is missing, or others than root can read it.',
    remedy: 'Write the passphrase into the file that backup.passphrase-file names, and let only root read it.',
  },
  'no-run': {
    title: 'No run yet',
    place: 'host',
    meaning: 'There is no run to attach to, because none was ever started on this host.',
    remedy: 'Start one with `sudo jitsi-onebox`.',
  },
  'no-such-site': {
    title: 'Unknown site',
    place: 'host',
    meaning: 'The setting sites has no site of this domain.',
    remedy: 'See `jitsi-onebox sites list`.',
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
  'no-ways': {
    title: 'No way for messages',
    place: 'host',
    meaning: 'The settings name neither a mail address nor a web hook, so no message can be sent.',
    remedy: 'Set notify.mail.to or notify.hook.url, and run `sudo jitsi-onebox apply`.',
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
    remedy:
      'Run it with sudo. Only check and explain work without root, and before an installation also plan, detect, settings and capacity.',
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
  'dynamic-dns-failed': {
    title: 'DNS entry not changed',
    place: 'router',
    meaning: 'The provider of dynamic DNS did not accept the new address, so names still resolve to the previous one.',
    remedy: 'Compare the settings of the group dynamic-dns with what the provider asks for. The timer tries again.',
    shownBy: 'journalctl -u jitsi-onebox-address',
  },
  'other-changes': {
    title: 'Other changes wait',
    place: 'host',
    meaning: 'The public address changed, but what names it would get other changes too: of settings, or of a release.',
    remedy: 'Look at `jitsi-onebox plan`, then run `jitsi-onebox apply`: it changes the address too.',
    shownBy: 'journalctl -u jitsi-onebox-address',
  },
  'left-to-you': {
    title: 'Finding that is left to you',
    place: 'host',
    meaning: 'There is a finding that jitsi-onebox cannot put right, or may not change.',
    remedy: 'Follow the advice beside it, then look again with `jitsi-onebox doctor`.',
    shownBy: 'sudo jitsi-onebox doctor --fix',
  },
} as const satisfies Readonly<Record<string, Entry>>;
