import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {CommandFailed} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';
import {
  absentPackagesId,
  explainApt,
  finishInterrupted,
  type HeldStarts,
  holdStarts,
  type Packages,
  policyPath,
  readHeldStarts,
  readPackages,
  runApt,
  simulateApt,
} from './apt.ts';
import {
  findLosses,
  findLost,
  type Losses,
  noLosses,
  requireConsent,
  snapshotRemoved,
  warnOfLosses,
  wasTaken,
} from './apt-removals.ts';
import {aptLocks, awaitHolders} from './held-locks.ts';
import {snapshotTraces} from './package-traces.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type AptPackagesOptions = {
  readonly name: string;
  readonly packages: readonly string[];
  readonly title: string;
  readonly place: Place;
  readonly needs?: readonly string[];
  /** Packages of others that apt may remove or downgrade. */
  readonly mayRemove?: readonly string[];
  /** Whether they return to where they were: they start their services, and replace ours without a warning. */
  readonly isReturn?: boolean;
};

type AptState = Omit<Packages, 'states'> & {
  readonly missing: readonly string[];
  readonly heldStarts: HeldStarts;
  /** What apt would take from others. */
  readonly losses: Losses;
};

/** How old apt's index may be before it is fetched again, in milliseconds. */
const indexLifetime = 3_600_000;

/** The id of a set of packages. */
export const packagesId = (name: string) => `apt-packages:${name}`;

/** Debian packages, installed as one set; the units that need them start their services, never apt. */
export function aptPackages(options: AptPackagesOptions): Resource<AptState> {
  const {name, packages, title, place, needs = [], mayRemove = [], isReturn = false} = options;
  return {
    id: packagesId(name),
    title,
    place,
    kind: 'apt-packages',
    needs,
    locks: ['apt'],
    async read(host) {
      const [{states, ...unfinished}, heldStarts] = await Promise.all([readPackages(host), readHeldStarts(host)]);
      const missing = packages.filter(each => states.get(each) !== 'installed');
      // While dpkg is half done, apt simulates nothing.
      const canSimulate = missing.length > 0 && unfinished.broken.length === 0;
      const losses = canSimulate ? await findLosses(host, [...flags, 'install', ...missing]) : noLosses;
      return {missing, ...unfinished, heldStarts, losses};
    },
    diff: state => compare(state, {mayRemove, isReturn}),
    record: ({files}, {heldStarts}) => snapshotPolicy(files, heldStarts),
    async apply(work, state) {
      // Another apt at work now may start its services.
      await awaitHolders(work, aptLocks);
      const change = async () => {
        if (state.broken.length + state.missing.length > 0) await install(work, state, mayRemove);
      };
      if (!isReturn) return holdStarts(work, change);
      await change();
    },
  };
}

/** Records the policy file; one that a killed run left counts as absent. */
async function snapshotPolicy(files: Host['files'], heldStarts: HeldStarts): Promise<readonly Snapshot[]> {
  if (heldStarts === 'ours') return [{thing: 'path', name: policyPath, place: 'host', was: absent}];
  return heldStarts === 'no' ? snapshotPaths(files, [policyPath], 'host') : [];
}

type Consent = {readonly mayRemove: readonly string[]; readonly isReturn: boolean};

function compare(
  {missing, broken, heldStarts, losses}: AptState,
  {mayRemove, isReturn}: Consent,
): readonly Difference[] {
  requireConsent(missing, losses, mayRemove);
  const warning = isReturn ? undefined : warnOfLosses(losses);
  const {removals, downgrades} = losses;
  const also = [
    ...(removals.length > 0 ? [`; remove ${removals.join(', ')}`] : []),
    ...(downgrades.length > 0 ? [`; downgrade ${downgrades.join(', ')}`] : []),
  ].join('');
  const create = {
    change: 'create',
    summary: `install ${missing.join(', ')}${also}`,
    ...(warning && {warning}),
  } as const;
  const finish = {change: 'update', summary: `finish an interrupted dpkg: ${broken.join(', ')}`} as const;
  return [
    ...(broken.length > 0 ? [finish] : []),
    ...(heldStarts === 'ours' ? [{change: 'remove', summary: 'let packages start their services again'} as const] : []),
    ...(missing.length > 0 ? [create] : []),
  ];
}

// Recommends would add needrestart, which restarts services in the middle of the run.
const flags = ['-q', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', '-o', 'Dpkg::Use-Pty=0'];

async function install(work: Work, {missing, broken, torn}: AptState, mayRemove: readonly string[]): Promise<void> {
  const isBroken = broken.length > 0;
  // Where a package is half unpacked, dpkg fails and apt repairs it below.
  if (isBroken) await finishInterrupted(work);
  const repair = [...(isBroken ? ['--fix-broken'] : []), ...(torn.length > 0 ? ['--reinstall'] : [])];
  const args = [...flags, ...repair, 'install', ...new Set([...missing, ...torn])];
  const isOld = await isIndexOld(work.host);
  if (isOld) await update(work);
  try {
    await recordAndRun(work, args, {missing, mayRemove});
  } catch (error) {
    if (isOld || !isOutdated(error)) throw explainApt(error);
    // The mirror has newer packages than the index, even one that is minutes old.
    await update(work);
    await recordAndRun(work, args, {missing, mayRemove}).catch(again => Promise.reject(explainApt(again)));
  }
}

type Wanted = {readonly missing: readonly string[]; readonly mayRemove: readonly string[]};

/** Only a current index says which packages come along; those that are upgraded were there before. */
async function recordAndRun(work: Work, args: readonly string[], {missing, mayRemove}: Wanted): Promise<void> {
  const [{actions}, losses] = await Promise.all([simulateApt(work.host, args), findLosses(work.host, args)]);
  requireConsent(missing, losses, mayRemove);
  const added = actions.flatMap(({verb, name, isNew}) => (verb === 'Inst' && isNew ? [name] : []));
  const packages = added.map((name): Snapshot => ({thing: 'package', name, place: 'host', was: absent}));
  await work.record([...(await snapshotTraces(work.host, added)), ...packages, ...snapshotRemoved(losses.removals)]);
  const consent = losses.downgrades.length > 0 ? ['--allow-downgrades'] : [];
  await runApt(work, ['apt-get', ...consent, ...args]);
}

const update = (work: Work) =>
  runApt(work, ['apt-get', '-q', 'update']).catch(error => Promise.reject(explainApt(error)));

function isOutdated(error: unknown): boolean {
  return error instanceof CommandFailed && error.tail.some(line => /404 +Not Found|Unable to locate/.test(line));
}

async function isIndexOld({files, now}: Host): Promise<boolean> {
  const [directory, names = []] = await Promise.all([
    files.stat('/var/lib/apt/lists'),
    files.list('/var/lib/apt/lists'),
  ]);
  const isEmpty = !names.some(name => name.includes('_Packages'));
  return isEmpty || !directory || now() - directory.modified > indexLifetime;
}

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

/** The packages as some snapshots have them. Those that were taken away exclude the added ones, so they return last. */
export function restorePackages(
  snapshots: readonly Snapshot[],
  options: Omit<AbsentPackagesOptions, 'packages'>,
): {
  readonly added: readonly Resource[];
  readonly removed: readonly Resource[];
  readonly returned: readonly Resource[];
} {
  const namesOf = (each: readonly Snapshot[]) => each.map(({name}) => name);
  const packages = namesOf(snapshots.filter(({was}) => was.type === 'absent'));
  const there = snapshots.filter(({was}) => was.type === 'value');
  const [missing, taken] = [namesOf(there.filter(each => !wasTaken(each))), namesOf(there.filter(wasTaken))];
  const about = {title: 'Packages, restored', place: 'host', mayRemove: packages} as const;
  return {
    added: missing.length === 0 ? [] : [aptPackages({...about, name: 'restored', packages: missing})],
    removed: [absentPackages({...options, packages})],
    returned:
      taken.length === 0 ? [] : [returnedPackages({...about, name: 'returned', packages: taken, isReturn: true})],
  };
}

/** Packages that return as far as a source has them. */
function returnedPackages(options: AptPackagesOptions): Resource {
  const drawn = (packages: readonly string[]) => aptPackages({...options, packages});
  const findAvailable = async (host: Host) => {
    const lost = await findLost(host, options.packages);
    return options.packages.filter(name => !lost.includes(name));
  };
  const all = drawn(options.packages);
  return {
    ...all,
    read: async host => drawn(await findAvailable(host)).read(host),
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
