import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';

/** Where the guest keeps the kills so far, and the moment of the next one. */
export const directory = '/var/lib/jitsi-onebox-torture';

/** All kills, one JSON object per line. */
export const killsPath = `${directory}/kills.jsonl`;

/** The number of the only moment to kill at, from 1; without this file every moment counts, once. */
export const aimPath = `${directory}/aim`;

/** With this file the moments before changes count too. */
export const beforePath = `${directory}/before`;

/** Just before a change, just after it, or in the middle of a long one. */
export type Moment = 'before' | 'unpacking' | 'setting up' | 'removing' | 'purging' | 'pulling' | 'writing' | 'after';

/** A kill of a worker: the run, and the change that it hit. */
export type Kill = {
  readonly v: 1;
  readonly type: 'killed';
  readonly run: string;
  readonly moment: Moment;
  readonly change: string;
};

/** Kills this process at a moment of a change, if that is due. */
export type Killer = (moment: Moment, change: string) => void;

/** Returns a killer for each moment that was not hit yet, or, where there is an aim, only for the moment with that number. */
export function createKiller(run: string): Killer {
  mkdirSync(directory, {recursive: true});
  const isDue = existsSync(aimPath) ? createAim(Number(readFileSync(aimPath, 'utf8'))) : createMemory();
  const skipsBefore = !existsSync(aimPath) && !existsSync(beforePath);
  return (moment, change) => {
    if (!(skipsBefore && moment === 'before') && isDue(`${moment} ${change}`))
      die({v: 1, type: 'killed', run, moment, change});
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

/** Records the kill outside the runs and at the end of the journal, and then kills. */
function die(kill: Kill): void {
  for (const file of [killsPath, `/var/lib/jitsi-onebox/runs/${kill.run}/events.jsonl`])
    appendFileSync(file, `${JSON.stringify(kill)}\n`);
  process.kill(process.pid, 'SIGKILL');
}
