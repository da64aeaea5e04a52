import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {present, type Snapshot} from '../model/snapshot.ts';
import {
  absentPackagesId,
  explainApt,
  finishInterrupted,
  holdStarts,
  readHeldStarts,
  readPackages,
  runApt,
  simulateApt,
  snapshotPolicy,
} from './apt.ts';

export type AbsentPackagesOptions = {
  readonly packages: readonly string[];
  /** Those of them that foreign software has come to need. */
  readonly spared: readonly string[];
  /** `purge` removes their configuration and data too. */
  readonly verb: 'purge' | 'remove';
};

/** No packages of an installation but those that others need: where apt would remove or add anything else, a package stays. */
export function absentPackages({packages, spared, verb}: AbsentPackagesOptions): Resource<readonly string[]> {
  return {
    id: absentPackagesId,
    title: 'Packages added by the installation',
    place: 'host',
    kind: 'apt-packages',
    needs: [],
    locks: ['apt'],
    async read(host) {
      const ours = packages.filter(name => !spared.includes(name));
      const names = await findInstalled(host, ours, verb);
      // Until dpkg has finished, apt does not know what it has removed already.
      const gone = ours.filter(name => !names.includes(name));
      return findRemovable(host, names, {gone, verb});
    },
    diff: names => (names.length === 0 ? [] : [{change: 'remove', summary: `${verb} ${names.join(', ')}`}]),
    async record(host, names) {
      const policy = await snapshotPolicy(host.files, await readHeldStarts(host));
      return [...policy, ...names.map((name): Snapshot => ({thing: 'package', name, place: 'host', was: present}))];
    },
    async apply(work, names) {
      const {broken} = await readPackages(work.host);
      // A package that is finished first must not start its service again.
      if (broken.length > 0) await holdStarts(work, () => finishInterrupted(work));
      const argv = ['apt-get', '-q', '-y', '-o', 'Dpkg::Use-Pty=0', verb, ...names] as const;
      await runApt(work, [...argv]).catch(error => Promise.reject(explainApt(error, verb)));
    },
  };
}

/** Of a package whose configuration alone is left, a purge has something to remove. */
async function findInstalled(host: Host, packages: readonly string[], verb: 'purge' | 'remove') {
  const {states} = await readPackages(host);
  return packages.filter(name => {
    const state = states.get(name) ?? 'not-installed';
    return state !== 'not-installed' && (verb === 'purge' || state !== 'config-files');
  });
}

type Removal = {readonly gone: readonly string[]; readonly verb: string};

/** All of the packages, or those whose removal touches nothing else. */
async function findRemovable(host: Host, names: readonly string[], removal: Removal): Promise<readonly string[]> {
  const {gone, verb} = removal;
  const rest = await findHarmless({host, names, known: [...names, ...gone], verb});
  // A package that stays may need one that seemed harmless next to it.
  return rest.length === names.length ? rest : findRemovable(host, rest, removal);
}

/** `known` may be removed as well. */
type Candidates = {
  readonly host: Host;
  readonly names: readonly string[];
  readonly known: readonly string[];
  readonly verb: string;
};

/** Halves a set that is not harmless until each culprit is found: few are, and a simulation takes half a second and 70 MB. */
async function findHarmless({host, names, known, verb}: Candidates): Promise<readonly string[]> {
  if (names.length === 0 || !(await disturbs({host, names, known, verb}))) return names;
  if (names.length === 1) return [];
  const middle = Math.ceil(names.length / 2);
  const first = await findHarmless({host, names: names.slice(0, middle), known, verb});
  const second = await findHarmless({host, names: names.slice(middle), known, verb});
  const rest = [...first, ...second];
  // Another package needs one of two alternatives: both stay.
  return rest.length === names.length ? [] : rest;
}

/** Returns whether removing these packages would remove any but `known`, or add a package in their place. */
async function disturbs({host, names, known, verb}: Candidates): Promise<boolean> {
  const {exitCode, actions} = await simulateApt(host, ['-q', verb, ...names]);
  return exitCode !== 0 || actions.some(each => each.verb === 'Inst' || !known.includes(each.name));
}
