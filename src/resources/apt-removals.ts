import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {simulateApt} from './apt.ts';

/** Finds the packages that apt would remove; none where it cannot say. */
export async function findRemovals(host: Host, args: readonly string[]): Promise<readonly string[]> {
  return listRemovals((await simulateApt(host, args)).actions);
}

type Actions = Awaited<ReturnType<typeof simulateApt>>['actions'];

/** Lists what a simulation removes. */
export const listRemovals = (actions: Actions) => actions.filter(({verb}) => verb !== 'Inst').map(({name}) => name);

/** Nothing of others is removed: an undo could not bring back what they had configured or run. */
export function removesOthers(missing: readonly string[], removals: readonly string[]): Problem {
  return new Problem({
    code: 'packages-conflict',
    summary: `To install ${missing.join(', ')}, apt would remove ${removals.join(', ')}.`,
    why: 'They exclude each other, and something on this host may need what would be removed.',
    remedy:
      'jitsi-onebox removes no package of yours. If nothing needs them, remove them yourself with apt-get remove, then try again; else use another machine.',
  });
}
