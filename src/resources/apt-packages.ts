import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {CommandFailed} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';
import {type AbsentPackagesOptions, absentPackages} from './absent-packages.ts';
import {
  finishInterrupted,
  type HeldStarts,
  holdStarts,
  type Packages,
  readHeldStarts,
  readPackages,
  runApt,
  simulateApt,
  snapshotPolicy,
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
import {explainWithout, updateIndex} from './apt-sources.ts';
import {aptLocks, awaitHolders} from './held-locks.ts';
import {snapshotTraces} from './package-traces.ts';

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
        if (state.broken.length + state.missing.length > 0) await install(work, state, {mayRemove, isReturn});
      };
      if (!isReturn) return holdStarts(work, change);
      await change();
    },
  };
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

async function install(work: Work, {missing, broken, torn}: AptState, consent: Consent): Promise<void> {
  const isBroken = broken.length > 0;
  // Where a package is half unpacked, dpkg fails and apt repairs it below.
  if (isBroken) await finishInterrupted(work);
  const repair = [...(isBroken ? ['--fix-broken'] : []), ...(torn.length > 0 ? ['--reinstall'] : [])];
  const args = [...flags, ...repair, 'install', ...new Set([...missing, ...torn])];
  const isOld = await isIndexOld(work.host);
  const dead = isOld ? await updateIndex(work) : [];
  try {
    await recordAndRun(work, args, {missing, ...consent});
  } catch (error) {
    if (isOld || !isOutdated(error)) throw explainWithout(dead, error);
    // The mirror has newer packages than the index, even one that is minutes old.
    const later = await updateIndex(work);
    await recordAndRun(work, args, {missing, ...consent}).catch(again => Promise.reject(explainWithout(later, again)));
  }
}

type Wanted = Consent & {readonly missing: readonly string[]};

/** Only a current index says which packages come along; those that are upgraded were there before. */
async function recordAndRun(
  work: Work,
  args: readonly string[],
  {missing, mayRemove, isReturn}: Wanted,
): Promise<void> {
  const [{actions}, losses] = await Promise.all([simulateApt(work.host, args), findLosses(work.host, args)]);
  requireConsent(missing, losses, mayRemove);
  const added = actions.flatMap(({verb, name, isNew}) => (verb === 'Inst' && isNew ? [name] : []));
  const packages = added.map((name): Snapshot => ({thing: 'package', name, place: 'host', was: absent}));
  const removed = snapshotRemoved(losses.removals, isReturn);
  await work.record([...(await snapshotTraces(work.host, added)), ...packages, ...removed]);
  const downgrade = losses.downgrades.length > 0 ? ['--allow-downgrades'] : [];
  await runApt(work, ['apt-get', ...downgrade, ...args]);
}

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
