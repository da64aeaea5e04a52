import type {ProblemCode} from '../model/catalogue.ts';
import type {Host} from '../model/host.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Work} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';
import {aptLocks, runAlone} from './held-locks.ts';
import {snapshotPaths} from './path-snapshots.ts';

/** The id of the packages that an undo installs again. */
export const restoredPackagesId = 'apt-packages:restored';

/** The id of the packages that are removed. */
export const absentPackagesId = 'apt-packages:absent';

/** The packages that dpkg knows. */
export type Packages = {
  /** By name, in dpkg's words: `installed`, `config-files`, `half-configured`… */
  readonly states: ReadonlyMap<string, string>;
  /** Packages an interrupted dpkg left half done, ours or not: apt refuses to work until they are finished. */
  readonly broken: readonly string[];
  /** Those of them that were being unpacked: dpkg never configures these, they must be unpacked again. */
  readonly torn: readonly string[];
};

/** Returns whether dpkg left a package half done. */
export const isUnfinished = (state: string) => /^(unpacked|half-|triggers-)/.test(state);

/** Reads the state of every package that dpkg knows. */
export async function readPackages(host: Host): Promise<Packages> {
  const [{stdout}, updates = []] = await Promise.all([
    host.query({argv: ['dpkg-query', '--show', '--showformat=${Package} ${db:Status-Status} ${db:Status-Eflag}\\n']}),
    host.files.list('/var/lib/dpkg/updates'),
  ]);
  const lines = stdout.split('\n').map(line => line.split(' ') as [string, string, string?]);
  // Of a foreign architecture, dpkg may know no more than left-over configuration.
  const byState = lines.toSorted(([, one], [, other]) => Number(one === 'installed') - Number(other === 'installed'));
  const states = new Map(byState.map(([name, state]) => [name, state]));
  const torn = lines.filter(([, , flag]) => flag === 'reinstreq').map(([name]) => name);
  const broken = [...new Set(lines.filter(([, state]) => isUnfinished(state)).map(([name]) => name))];
  // dpkg was killed before it wrote these into its list of packages.
  return {states, torn, broken: [...broken, ...(updates.some(name => /^\d+$/.test(name)) ? ['its own list'] : [])]};
}

/** The environment in which apt asks no questions. */
export const quiet = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBIAN_PRIORITY: 'critical',
  NEEDRESTART_SUSPEND: '1',
  APT_LISTCHANGES_FRONTEND: 'none',
};

/** Runs apt or dpkg without questions, once nobody else holds their locks. */
export const runApt = (work: Work, argv: readonly [string, ...string[]]) =>
  runAlone(work, aptLocks, {argv, env: quiet});

/** Finishes what an interrupted dpkg left half done, as far as dpkg can. */
export function finishInterrupted(work: Work): Promise<void> {
  return runApt(work, ['dpkg', '--configure', '-a', '--force-confold']).catch(error => {
    if (!(error instanceof CommandFailed)) throw error;
  });
}

/** Asks apt what a command would do, and returns its `Inst`, `Remv` and `Purg` lines, and what it would downgrade. */
export async function simulateApt(host: Host, args: readonly string[]) {
  const {exitCode, stdout} = await host.query({argv: ['apt-get', '--simulate', ...args], env: quiet});
  // The version of an installed package is in square brackets.
  const lines = [...stdout.matchAll(/^(Inst|Remv|Purg) (\S+) (\[)?/gm)];
  const [, downgrades = ''] = /^The following packages will be DOWNGRADED:\n((?: .*\n)+)/m.exec(stdout) ?? [];
  return {
    exitCode,
    actions: lines.map(([, verb, name = '', bracket]) => ({verb, name, isNew: bracket === undefined})),
    downgrades: downgrades.split(/\s+/).filter(Boolean),
  };
}

/** Debian's own way to keep package installations from starting services. */
const policyPath = '/usr/sbin/policy-rc.d';
const policy = '#!/bin/sh\n# Put here by jitsi-onebox while it installs packages, and removed right after.\nexit 101\n';

export type HeldStarts = 'no' | 'ours' | 'theirs';

/** Reads who keeps package installations from starting services now. */
export async function readHeldStarts(host: Host): Promise<HeldStarts> {
  const current = await host.files.read(policyPath);
  if (current === undefined) return 'no';
  return current === policy ? 'ours' : 'theirs';
}

/**
 * Runs an installation during which no package starts its service: nginx would start without our configuration, HAProxy on a port
 * that another program may hold. Removes what a killed run left of this.
 */
export async function holdStarts({host}: Pick<Work, 'host'>, installation: () => Promise<void>): Promise<void> {
  const isTheirs = (await readHeldStarts(host)) === 'theirs';
  if (!isTheirs) await host.files.write(policyPath, policy, {mode: 0o755, uid: 0, gid: 0});
  try {
    await installation();
  } finally {
    if (!isTheirs) await host.files.remove(policyPath);
  }
}

/** Records the policy file; one that a killed run left counts as absent. */
export async function snapshotPolicy(files: Host['files'], heldStarts: HeldStarts): Promise<readonly Snapshot[]> {
  if (heldStarts === 'ours') return [{thing: 'path', name: policyPath, place: 'host', was: absent}];
  return heldStarts === 'no' ? snapshotPaths(files, [policyPath], 'host') : [];
}

type Cause = {readonly code: ProblemCode; readonly pattern: RegExp; readonly remedy: string};

const causes: readonly Cause[] = [
  {
    code: 'disk-full',
    pattern: /No space left|don't have enough free space/,
    remedy: 'Free some space on the disk (`df -h` shows where)',
  },
  {
    code: 'mirror-failed',
    pattern: /Failed to fetch|Could not (resolve|connect)|Temporary failure|does not have a Release file|is not signed/,
    remedy:
      'Check that this machine reaches the mirrors in /etc/apt; a mirror that is being updated needs some minutes',
  },
  {
    code: 'mirror-failed',
    pattern: /is not valid yet/,
    remedy: 'Set the clock of this host (`timedatectl` shows it): to apt, the mirror is from the future',
  },
  {
    code: 'package-held',
    pattern: /held broken packages|Held packages were changed/,
    remedy: 'Release the packages that `apt-mark showhold` lists (`apt-mark unhold NAME`)',
  },
];

const hookCause: Cause = {
  code: 'packages-failed',
  pattern: /^E: Problem executing scripts|^E: Sub-process .*(?:sh|etckeeper).* returned an error/,
  remedy: 'A program that is called before or after every installation refused: do what it says above',
};

const unknownCause: Omit<Cause, 'pattern'> = {code: 'packages-failed', remedy: 'Correct what apt complains about'};

/** Explains why apt failed, with a remedy. */
export function explainApt(error: unknown, verb = 'install'): unknown {
  if (!(error instanceof CommandFailed)) return error;
  const {code, remedy} =
    [...causes, hookCause].find(each => error.tail.some(line => each.pattern.test(line))) ?? unknownCause;
  return new Problem({
    code,
    summary: `apt could not ${verb} the packages:\n${complaints(error).join('\n')}`,
    remedy: `${remedy}, then run jitsi-onebox again.`,
    cause: error,
  });
}

const isMarked = (line: string) => /^(E:|dpkg: error|dpkg-deb: error)/.test(line);
/** What says only that a hook or a script of a package failed: the reason is above. */
const isEffect = (line: string) =>
  /^E: (Problem executing scripts|Sub-process .* returned an error)|script subprocess returned error/.test(line);
const linesAbove = 6;

/** The lines that apt and dpkg mark as errors, after those that say why a script failed; all lines where they mark none. */
function complaints({tail}: CommandFailed): readonly string[] {
  const marked = tail.filter(isMarked);
  if (marked.length === 0) return tail;
  const effect = tail.findIndex(isEffect);
  if (effect === -1) return marked.slice(0, 5);
  const first = Math.min(effect, tail.findIndex(isMarked));
  const reasons = tail.slice(Math.max(0, first - linesAbove), first).filter(line => !isRoutine(line));
  return [...reasons, ...marked.slice(0, 5)];
}

/** Lines of a healthy run of apt. */
const isRoutine = (line: string) =>
  /^(Reading |Building |\(Reading|The following| {2}|Get:|Fetched |Selecting |Preparing |Unpacking |Setting up |Processing |Need to get|After this|0 upgraded|\d+ upgraded)|^$/.test(
    line,
  );
