import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import type {Facts} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {type FileMoves, leaveListens, readText} from '../../resources/moved-listens.ts';
import type {Blueprint} from '../blueprint.ts';
import {findListenConflicts} from '../nginx-listens.ts';
import {check, ok} from './check.ts';

/** Checks that no site of nginx asks for a port that another program has. `nginx -t` and a running nginx do not show it. */
export function sitePorts(blueprint: Blueprint, facts: Facts): Check {
  const {moved} = blueprint;
  return check('site-ports', async ({host}): Promise<Finding> => {
    const {meaning, remedy} = entryOf('site-ports');
    const places = (await Promise.all(moved.map(each => listUnmoved(each, host)))).flat();
    if (places.length > 0)
      return {state: 'warning', summary: meaning, evidence: `port 443: ${places.join(', ')}`, remedy};
    // Sites that a run moved are still on 443 in its facts, and no problem; all else stops a plan.
    const [first, ...others] = findListenConflicts(blueprint, facts);
    if (first === undefined)
      return ok('nginx can open its ports at the next boot.', `${facts.nginxListens.value?.length ?? 0} listen lines`);
    const evidence = [first, ...others].map(each => each.summary).join(' ');
    return {state: 'warning', summary: meaning, evidence, remedy: first.remedy};
  });
}

/** Lists the lines of a file that an apply would move from HAProxy's port. */
async function listUnmoved({path, moves}: FileMoves, host: Host): Promise<readonly string[]> {
  const {text} = (await readText(host, path)) ?? {};
  if (text === undefined) return [];
  return moves.filter(move => leaveListens(text, [move]) !== text).map(({line}) => `${path}:${line}`);
}
