import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import type {Settings} from '../model/settings/schema.ts';
import {backupTimer, backupUnit} from './names.ts';
import type {Assets} from './template.ts';
import {absentTimerUnits, timerUnits} from './timer-units.ts';

const backup = {word: 'Backup', timer: backupTimer, service: backupUnit} as const;

/** The timer that makes backups, and the service that it starts; none of them if no time is set. */
export function backupResources({at}: Settings['backup'], assets: Assets): readonly Resource[] {
  return at === 'off' ? absentTimerUnits(backup) : timerUnits(backup, {at}, assets);
}

/** Names a backup that the timer makes. */
export function nameBackup(at: number): string {
  const moment = new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  return `jitsi-onebox-${moment}.backup`;
}

/** Lists the backups of the timer among the files of a directory, the newest first: nobody else names files like this. */
export function sortBackups(files: readonly string[]): readonly string[] {
  return files
    .filter(name => /^jitsi-onebox-\d{8}T\d{6}Z\.backup$/.test(name))
    .toSorted()
    .toReversed();
}

/** Says that backups stay after an uninstallation: nothing else can restore the server. */
export function warnOfBackups(directory: string | undefined): readonly Problem[] {
  if (directory === undefined) return [];
  return [
    new Problem({
      code: 'backups-stay',
      summary: `The backups in ${directory} stay.`,
      why: 'They are yours, and after a purge nothing else can restore the server.',
      remedy: `Keep them with their passphrase, or remove them yourself afterwards: sudo rm -r ${directory}`,
    }),
  ];
}

/** Reads from the name of a backup when it was made, in milliseconds since 1970. */
export function readMoment(name: string): number {
  return Date.parse(name.replace(/^.*-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup$/, '$1-$2-$3T$4:$5:$6Z'));
}
