import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {readMoment, sortBackups} from '../backup-schedule.ts';
import {backupUnit, unitPath} from '../names.ts';
import {check, ok} from './check.ts';

const hour = 3_600_000;
/** One day may be missed: the machine was off. */
const longest = 50 * hour;

/** Checks that the timer makes backups. At most a warning, since meetings work without one. */
export function backupAge({at, directory}: Settings['backup']): readonly Check[] {
  if (at === 'off') return [];
  const prove = async ({host}: Parameters<Check['run']>[0]) => {
    const [newest] = sortBackups((await host.files.list(directory)) ?? []);
    const argv = ['systemctl', 'show', backupUnit, '--property=Result', '--value'] as const;
    const [{stdout}, unit] = await Promise.all([host.query({argv}), host.files.stat(unitPath(backupUnit))]);
    const since = newest === undefined ? (unit?.modified ?? host.now()) : readMoment(newest);
    const age = host.now() - since;
    const shown = newest === undefined ? `${directory} has none yet` : `${directory}/${newest}`;
    if (!/^(success|)$/.test(stdout.trim())) return warn('The last backup failed.', shown);
    if (age < -hour)
      return warn('The newest backup is from the future: the clock was wrong, so its age is not known.', shown);
    if (age > longest) return warn(`No backup was made for ${Math.floor(age / (24 * hour))} days.`, shown);
    return ok(newest === undefined ? `The first backup is made at ${at}.` : describeAge(age), shown);
  };
  return [check('backup-age', prove)];
}

const describeAge = (age: number) => `The newest backup is ${Math.max(0, Math.floor(age / hour))} hours old.`;

function warn(summary: string, evidence: string): Finding {
  return {state: 'warning', summary, evidence, remedy: entryOf('backup-age').remedy};
}
