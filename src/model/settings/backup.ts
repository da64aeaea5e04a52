import * as v from 'valibot';
import {clock} from './clock.ts';

const keepFault = 'is not a whole number from 1 to 365';
const path = v.pipe(
  v.string(),
  v.regex(/^(\/[\w-][\w.-]*){2,20}$/, 'is not an absolute path of letters, digits and _ . -, below a directory'),
);

/** The settings of backups that a timer makes. */
export const backupSettings = {
  'backup.at': {
    schema: v.lazy(input => (input === 'off' ? v.string() : clock)),
    default: 'off',
    help: 'The time of the daily backup on this machine, up to 10 minutes later; off: none.',
    example: '02:30',
  },
  'backup.keep': {
    schema: v.pipe(v.number(keepFault), v.integer(keepFault), v.minValue(1, keepFault), v.maxValue(365, keepFault)),
    default: 7,
    help: 'How many of these backups are kept; older ones are removed.',
  },
  'backup.directory': {
    schema: path,
    default: '/var/backups/jitsi-onebox',
    help: 'The directory of these backups; another machine should fetch them from there.',
  },
  'backup.passphrase-file': {
    schema: path,
    default: '/root/jitsi-onebox-passphrase',
    help: 'The file with their passphrase, which only root may read.',
  },
} as const;
