import packageFile from '../../package.json' with {type: 'json'};
import {Problem} from './problem.ts';

/** The program's own version. */
export const {version} = packageFile;

/** The program's exit statuses. */
export const exits = {
  ...{done: 0, failed: 1, changes: 2, planChanged: 3, tookBack: 4, badUsage: 64},
  /** As EX_TEMPFAIL of sysexits.h: the same command works a little later. */
  starting: 75,
  stopped: 130,
} as const;

const byCode: Readonly<Record<string, number>> = {
  'bad-usage': exits.badUsage,
  'bad-settings': exits.badUsage,
  'no-terminal': exits.badUsage,
  'plan-changed': exits.planChanged,
};

/** Returns the exit status for an error that ends the program. */
export function exitFor(error: unknown): number {
  return (error instanceof Problem ? byCode[error.code] : undefined) ?? exits.failed;
}
