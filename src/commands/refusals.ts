import {existsSync} from 'node:fs';
import {Problem} from '../model/problem.ts';
import {quoteShell} from '../stack/quoting.ts';
import type {Command} from './table.ts';

/** Explains that a command needs root, with the line to type. */
export function notRoot(purpose: string, argv: readonly string[]): Problem {
  return new Problem({
    code: 'not-root',
    summary: `Only root may ${purpose}.`,
    remedy: [
      `Run it with sudo: ${['sudo jitsi-onebox', ...argv.map(quoteShell)].join(' ')}`,
      'Only check and explain work without root, and before an installation also plan, detect, settings and capacity.',
    ].join('\n'),
  });
}

/** The lines that ask nothing. */
const lines: Partial<Record<Command, string>> = {
  undo: 'undo',
  uninstall: 'uninstall',
  passwords: 'passwords renew',
  update: 'update --now',
  sites: 'sites add DOMAIN --to HOST:PORT',
  address: 'address --now',
  doctor: 'doctor --fix',
  restore: 'restore FILE --passphrase-file FILE',
};

/** The commands that change what is installed. */
const needInstallation: readonly Command[] = ['undo', 'uninstall', 'passwords'];

/** Explains that nobody can be asked; where there is nothing to ask about, that nothing is installed. */
export function noTerminal(command: Command, isInstalled = existsSync('/var/lib/jitsi-onebox/runs')): Problem {
  if (needInstallation.includes(command) && !isInstalled) return notInstalled();
  return new Problem({
    code: 'no-terminal',
    summary: 'No questions can be asked: standard input is not a terminal, or the output is JSON.',
    remedy: `Run it without questions: jitsi-onebox ${lines[command] ?? 'apply --settings FILE'} --yes.`,
  });
}

/** Explains that a command needs an installation. */
export function notInstalled(): Problem {
  return new Problem({
    code: 'not-installed',
    summary: 'Nothing is installed here yet.',
    remedy: 'Run `sudo jitsi-onebox` first.',
  });
}
