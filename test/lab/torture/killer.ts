import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';
import {aimPath, directory, type Kill, killsPath, type Moment} from './kill.ts';

/** Ends this process at a moment of a change, if it is to die there. */
export type Killer = (moment: Moment, change: string) => void;

/** Kills at each moment that it has not yet killed at, or, where it has an aim, at the one of that number alone. */
export function createKiller(run: string): Killer {
  mkdirSync(directory, {recursive: true});
  const isDue = existsSync(aimPath) ? createAim(Number(readFileSync(aimPath, 'utf8'))) : createMemory();
  return (moment, change) => {
    if (isDue(`${moment} ${change}`)) die({v: 1, type: 'killed', run, moment, change});
  };
}

type IsDue = (name: string) => boolean;

function createAim(aim: number): IsDue {
  const seen = new Set<string>();
  return name => !seen.has(name) && seen.add(name).size === aim;
}

function createMemory(): IsDue {
  const text = existsSync(killsPath) ? readFileSync(killsPath, 'utf8') : '';
  const kills: readonly Kill[] = text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const known = new Set(kills.map(({moment, change}) => `${moment} ${change}`));
  return name => !known.has(name);
}

/** What was aimed at is written down first, beside the runs and at the end of the journal. */
function die(kill: Kill): void {
  for (const file of [killsPath, `/var/lib/jitsi-onebox/runs/${kill.run}/events.jsonl`])
    appendFileSync(file, `${JSON.stringify(kill)}\n`);
  process.kill(process.pid, 'SIGKILL');
}
