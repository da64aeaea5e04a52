import type {ProblemCode} from '../model/catalogue.ts';
import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {apt, awaitHolders, runAlone} from './held-locks.ts';
import {type HeldStarts, holdStarts, readHeldStarts} from './service-starts.ts';

export type AptPackagesOptions = {
  readonly name: string;
  readonly packages: readonly string[];
  readonly title: string;
  readonly place: Place;
  readonly needs?: readonly string[];
};

type AptState = {
  readonly missing: readonly string[];
  /** What an interrupted dpkg left half done, ours or not: apt refuses to work beside it. */
  readonly broken: readonly string[];
  /** Of these, what dpkg was killed in the midst of unpacking: it is never configured, only unpacked anew. */
  readonly torn: readonly string[];
  readonly heldStarts: HeldStarts;
};

/** How long the archive's index may be old before it is fetched again, in milliseconds. */
const indexLifetime = 3_600_000;

/** The environment in which packages are handled without a question. */
export const quiet = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBIAN_PRIORITY: 'critical',
  NEEDRESTART_SUSPEND: '1',
  APT_LISTCHANGES_FRONTEND: 'none',
};

/** The id under which others name a set of packages. */
export const packagesId = (name: string) => `apt-packages:${name}`;

/** Packages of Debian's archive, installed as one set; their services are started by the units that need them, never by apt. */
export function aptPackages(options: AptPackagesOptions): Resource<AptState> {
  const {name, packages} = options;
  return {
    id: packagesId(name),
    title: options.title,
    place: options.place,
    kind: 'apt-packages',
    needs: options.needs ?? [],
    locks: ['apt'],
    read: host => readState(host, packages),
    diff: describe,
    async apply(work, state) {
      // Before services are kept from starting: whoever is at work now may start his.
      await awaitHolders(work, apt);
      await holdStarts(work, async () => {
        if (state.broken.length + state.missing.length > 0) await install(work, state);
      });
    },
  };
}

async function readState(host: Host, packages: readonly string[]): Promise<AptState> {
  const [{states, ...unfinished}, heldStarts] = await Promise.all([readPackages(host), readHeldStarts(host)]);
  return {missing: packages.filter(name => states.get(name) !== 'installed'), ...unfinished, heldStarts};
}

type Packages = Pick<AptState, 'broken' | 'torn'> & {readonly states: ReadonlyMap<string, string>};

/** Whether dpkg left a package half done, by the state that it tells. */
export const isUnfinished = (state: string) => /^(unpacked|half-|triggers-)/.test(state);

/** The state of every package that dpkg knows, and which of them it left half done. */
export async function readPackages(host: Host): Promise<Packages> {
  const [{stdout}, updates = []] = await Promise.all([
    host.query({argv: ['dpkg-query', '--show', '--showformat=${Package} ${db:Status-Status} ${db:Status-Eflag}\\n']}),
    host.files.list('/var/lib/dpkg/updates'),
  ]);
  const lines = stdout.split('\n').map(line => line.split(' ') as [string, string, string?]);
  const states = new Map(lines.map(([name, state]) => [name, state]));
  const torn = lines.filter(([, , flag]) => flag === 'reinstreq').map(([name]) => name);
  const broken = [...states].filter(([, state]) => isUnfinished(state)).map(([name]) => name);
  // What it had not yet written into its list of packages.
  return {states, torn, broken: [...broken, ...(updates.some(name => /^\d+$/.test(name)) ? ['its own list'] : [])]};
}

/** Finishes what an interrupted dpkg left half done, as far as it can. */
export function finishInterrupted(work: Work): Promise<void> {
  return run(work, ['dpkg', '--configure', '-a', '--force-confold']).catch(tolerateFailure);
}

function describe({missing, broken, heldStarts}: AptState): readonly Difference[] {
  return [
    ...(broken.length > 0
      ? [{change: 'update' as const, summary: `finish an interrupted dpkg: ${broken.join(', ')}`}]
      : []),
    ...(heldStarts === 'ours' ? [{change: 'remove' as const, summary: 'let packages start their services again'}] : []),
    ...(missing.length > 0 ? [{change: 'create' as const, summary: `install ${missing.join(', ')}`}] : []),
  ];
}

// Recommends would bring needrestart and with it restarts in the middle of the run.
const flags = ['-q', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', '-o', 'Dpkg::Use-Pty=0'];

async function install(work: Work, {missing, broken, torn}: AptState): Promise<void> {
  const isBroken = broken.length > 0;
  // What it cannot finish, for want of something half unpacked, apt mends right after.
  if (isBroken) await finishInterrupted(work);
  const repair = [...(isBroken ? ['--fix-broken'] : []), ...(torn.length > 0 ? ['--reinstall'] : [])];
  const names = new Set([...missing, ...torn]);
  const command = ['apt-get', ...flags, ...repair, 'install', ...names] as const;
  const isOld = await isIndexOld(work.host);
  if (isOld) await update(work);
  try {
    await run(work, command);
  } catch (error) {
    if (isOld || !isOutdated(error)) throw explainApt(error);
    // The mirror has newer packages than the index, be it minutes old.
    await update(work);
    await run(work, command).catch(again => Promise.reject(explainApt(again)));
  }
}

const run = (work: Work, argv: readonly [string, ...string[]]) => runAlone(work, apt, {argv, env: quiet});

const update = (work: Work) => run(work, ['apt-get', '-q', 'update']).catch(error => Promise.reject(explainApt(error)));

function tolerateFailure(error: unknown): void {
  if (!(error instanceof CommandFailed)) throw error;
}

function isOutdated(error: unknown): boolean {
  return error instanceof CommandFailed && error.tail.some(line => /404 +Not Found|Unable to locate/.test(line));
}

async function isIndexOld(host: Host): Promise<boolean> {
  const directory = await host.files.stat('/var/lib/apt/lists');
  const names = (await host.files.list('/var/lib/apt/lists')) ?? [];
  const isEmpty = !names.some(name => name.includes('_Packages'));
  return isEmpty || !directory || host.now() - directory.modified > indexLifetime;
}

type Cause = {readonly code: ProblemCode; readonly pattern: RegExp; readonly remedy: string};

const causes: readonly Cause[] = [
  {
    code: 'disk-full',
    pattern: /No space left|don't have enough free space/,
    remedy: 'Make room on the disk (`df -h` shows where)',
  },
  {
    code: 'mirror-failed',
    pattern: /Failed to fetch|Could not (resolve|connect)|Temporary failure|does not have a Release file/,
    remedy: 'See that this machine reaches the mirrors in /etc/apt; one that is being updated needs some minutes',
  },
  {
    code: 'package-held',
    pattern: /held broken packages|Held packages were changed/,
    remedy: 'Let go what `apt-mark showhold` names (`apt-mark unhold NAME`)',
  },
];

const unknownCause: Omit<Cause, 'pattern'> = {code: 'packages-failed', remedy: 'Put right what apt complains of'};

/** What went wrong, in words that name the way out. */
export function explainApt(error: unknown, deed = 'install'): unknown {
  if (!(error instanceof CommandFailed)) return error;
  const {code, remedy} = causes.find(({pattern}) => error.tail.some(line => pattern.test(line))) ?? unknownCause;
  return new Problem({
    code,
    summary: `apt could not ${deed} the packages:\n${complaints(error).join('\n')}`,
    remedy: `${remedy}, then run jitsi-onebox again.`,
    cause: error,
  });
}

/** What apt and dpkg mark as errors, without what they tell besides; everything where they mark nothing. */
function complaints({tail}: CommandFailed): readonly string[] {
  const marked = tail.filter(line => /^(E:|dpkg: error|dpkg-deb: error)/.test(line));
  return marked.length > 0 ? marked.slice(0, 5) : tail;
}
