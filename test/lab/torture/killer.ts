import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';

/** Where the guest keeps what it was killed at, and what it is to be killed at. */
export const directory = '/var/lib/jitsi-onebox-torture';

/** Every death, one JSON object a line. */
export const killsPath = `${directory}/kills.jsonl`;

/** The number of the one moment to die at, from 1; without this file every moment is one, once. */
export const aimPath = `${directory}/aim`;

/** Just before a change, just after it, or in the middle of one that takes its time. */
export type Moment = 'before' | 'unpacking' | 'setting up' | 'removing' | 'purging' | 'pulling' | 'writing' | 'after';

/** One death of a worker by its own hand: the run, and the change that it hit. */
export type Kill = {
  readonly v: 1;
  readonly type: 'killed';
  readonly run: string;
  readonly moment: Moment;
  readonly change: string;
};

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
