import type {RunPlan} from '../engine/carry-out.ts';
import {readOtherSites} from '../host/others.ts';
import {entryOf} from '../model/catalogue.ts';
import type {Check} from '../model/check.ts';
import type {Host} from '../model/host.ts';
import {isOwnSite} from '../stack/index.ts';
import {
  compareAnswers,
  type Endpoint,
  examineServers,
  listEndpoints,
  probeSites,
  type SiteAnswers,
} from '../stack/other-sites.ts';

/** A run plan that stops when it breaks a foreign site. */
export type SiteGuard = {
  readonly plan: RunPlan;
  /** Returns whether a site was broken, and the run stopped. */
  isBroken(): boolean;
  /** Prove that the sites answer as before. */
  readonly checks: readonly Check[];
};

/** Asks every foreign site of this host for its answer, and again after each change of nginx and HAProxy. */
export async function guardSites(host: Host, plan: RunPlan, stop: () => void): Promise<SiteGuard> {
  // A stop of the run must not make the sites look broken.
  const {signal} = new AbortController();
  const endpoints = listEndpoints(await readOtherSites(host, isOwnSite));
  const before = await probeSites(endpoints, signal);
  let isBroken = false;
  const compare = async (isAffected: (endpoint: Endpoint) => boolean = () => true) => {
    const asked = new Map([...before].filter(([endpoint]) => isAffected(endpoint)));
    return compareAnswers(asked, await probeSites([...asked.keys()], signal, asked));
  };
  const examine = async (isAffected: (endpoint: Endpoint) => boolean) => {
    const problem = await compare(isAffected);
    if (!problem) return;
    isBroken = true;
    stop();
    throw problem;
  };
  return {
    plan: before.size === 0 ? plan : {...plan, resources: examineServers(plan.resources, examine)},
    isBroken: () => isBroken,
    checks: [checkSites(before, compare)],
  };
}

function checkSites(before: SiteAnswers, compare: () => Promise<Error | undefined>): Check {
  return {
    code: 'own-sites',
    async run() {
      const problem = await compare();
      return problem
        ? {state: 'failed', summary: problem.message, remedy: entryOf('own-sites').remedy}
        : {state: 'ok', summary: `Your other web sites answer as before (${before.size} asked).`};
    },
  };
}
