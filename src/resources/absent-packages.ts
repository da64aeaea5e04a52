import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {explainApt, finishInterrupted, quiet, readPackages} from './apt-packages.ts';
import {apt, runAlone} from './held-locks.ts';
import {holdStarts} from './service-starts.ts';

export type AbsentPackagesOptions = {
  readonly packages: readonly string[];
  /** Those of them that others have come to need. */
  readonly spared: readonly string[];
  /** `purge` takes their configuration and data along, `remove` leaves it. */
  readonly verb: 'purge' | 'remove';
  readonly needs: readonly string[];
};

/** The id of the packages that go. */
export const absentPackagesId = 'apt-packages:absent';

/** Packages that came with us and that nobody else needs: apt itself says what else would go, and then they stay. */
export function absentPackages({packages, spared, verb, needs}: AbsentPackagesOptions): Resource<readonly string[]> {
  return {
    id: absentPackagesId,
    title: 'Packages that came with this installation',
    place: 'host',
    kind: 'apt-packages',
    needs,
    locks: ['apt'],
    async read(host) {
      const ours = packages.filter(name => !spared.includes(name));
      const there = await findThere(host, ours, verb);
      // apt learns only from a finished dpkg what an interrupted one has removed already.
      const gone = ours.filter(name => !there.includes(name));
      return findRemovable({host, names: there, gone, verb});
    },
    diff: names => (names.length === 0 ? [] : [{change: 'remove', summary: `${verb} ${names.join(', ')}`}]),
    async apply(work, names) {
      const {broken} = await readPackages(work.host);
      // Whatever is finished first must not start to serve again.
      if (broken.length > 0) await holdStarts(work, () => finishInterrupted(work));
      const argv = ['apt-get', '-q', '-y', '-o', 'Dpkg::Use-Pty=0', verb, ...names] as const;
      await runAlone(work, apt, {argv: [...argv], env: quiet}).catch(error => Promise.reject(explainApt(error, verb)));
    },
  };
}

/** Only a purge has anything to do about a package of which nothing is left but its configuration. */
async function findThere(host: Host, packages: readonly string[], verb: 'purge' | 'remove') {
  const {states} = await readPackages(host);
  return packages.filter(name => {
    const state = states.get(name) ?? 'not-installed';
    return state !== 'not-installed' && (verb === 'purge' || state !== 'config-files');
  });
}

/** All of them, or where apt would take or bring something else, those that it would not. */
async function findRemovable({gone, ...all}: Removal & {readonly gone: readonly string[]}): Promise<readonly string[]> {
  const {names} = all;
  const rest = await findHarmless({...all, known: [...names, ...gone]});
  // What stays may need what was found harmless beside it.
  return rest.length === names.length ? rest : findRemovable({...all, names: rest, gone});
}

type Removal = {readonly host: Host; readonly names: readonly string[]; readonly verb: string};

/** `known` may go along. */
type Candidates = Removal & {readonly known: readonly string[]};

/** Halves what is not harmless until each culprit is found: few are, and a simulation takes half a second and 70 MB. */
async function findHarmless({host, names, known, verb}: Candidates): Promise<readonly string[]> {
  if (names.length === 0 || !(await disturbs({host, names, known, verb}))) return names;
  if (names.length === 1) return [];
  const middle = Math.ceil(names.length / 2);
  const first = await findHarmless({host, names: names.slice(0, middle), known, verb});
  const second = await findHarmless({host, names: names.slice(middle), known, verb});
  const rest = [...first, ...second];
  // Two alternatives, of which somebody needs one: none goes.
  return rest.length === names.length ? [] : rest;
}

/** Whether anything but `known` would go with these packages, or come in their place. */
async function disturbs({host, names, known, verb}: Candidates): Promise<boolean> {
  const {exitCode, stdout} = await host.query({argv: ['apt-get', '--simulate', '-q', verb, ...names]});
  const touched = [...stdout.matchAll(/^(Inst|Remv|Purg) (\S+) /gm)];
  return exitCode !== 0 || touched.some(([, kind, name = '']) => kind === 'Inst' || !known.includes(name));
}
