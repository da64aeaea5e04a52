import {readOtherSites} from '../host/others.ts';
import type {Check} from '../model/check.ts';
import {isOwnSite} from '../stack/index.ts';
import {type Answers, compareAnswers, type Door, examineServers, knock, listDoors} from '../stack/other-sites.ts';
import type {Task} from './errand.ts';
import type {Scene} from './survey.ts';

/** A task that may not take down a web site of the owner's. */
export type Guard = {
  readonly task: Task;
  /** Whether it took one down, and was stopped there. */
  isBroken(): boolean;
  /** Whether the sites answer as before. */
  readonly checks: readonly Check[];
};

/** Asks every other site of this host how it answers, and again after each change of nginx and HAProxy. */
export async function guardSites({host, signal}: Scene, task: Task, stop: () => void): Promise<Guard> {
  const doors = listDoors(await readOtherSites(host, isOwnSite), '127.0.0.1');
  const before = await knock(doors, signal);
  let isBroken = false;
  const compare = async (shows: (door: Door) => boolean = () => true) => {
    const asked = new Map([...before].filter(([door]) => shows(door)));
    return compareAnswers(asked, await knock([...asked.keys()], signal, asked));
  };
  const examine = async (shows: (door: Door) => boolean) => {
    const problem = await compare(shows);
    if (!problem) return;
    isBroken = true;
    stop();
    throw problem;
  };
  return {
    task: before.size === 0 ? task : {...task, resources: examineServers(task.resources, examine)},
    isBroken: () => isBroken,
    checks: [checkSites(before, compare)],
  };
}

function checkSites(before: Answers, compare: () => Promise<Error | undefined>): Check {
  const title = 'Your own web sites';
  return {
    code: 'own-sites',
    title,
    place: 'nginx',
    async run() {
      const problem = await compare();
      return problem
        ? {state: 'failed', summary: problem.message, remedy: 'See `nginx -t` and `systemctl status nginx`.'}
        : {state: 'ok', summary: `${title} answer as before (${before.size} asked).`};
    },
  };
}
