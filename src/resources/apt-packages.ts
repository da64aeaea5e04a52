import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {awaitAptLocks} from './apt-lock.ts';
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
  /** Packages that an interrupted dpkg left unpacked or half-configured, ours or not: apt refuses to work beside them. */
  readonly broken: readonly string[];
  readonly heldStarts: HeldStarts;
};

/** How long the archive's index may be old before it is fetched again, in milliseconds. */
const indexLifetime = 3_600_000;

const quiet = {
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
      await awaitAptLocks(work);
      await holdStarts(work, async () => {
        if (state.broken.length > 0)
          await work.host.run({argv: ['dpkg', '--configure', '-a', '--force-confold'], env: quiet});
        if (state.missing.length > 0) await install(work, state.missing);
      });
    },
  };
}

async function readState(host: Host, packages: readonly string[]): Promise<AptState> {
  const [{stdout}, heldStarts] = await Promise.all([
    host.query({argv: ['dpkg-query', '--show', '--showformat=${Package} ${db:Status-Status}\\n']}),
    readHeldStarts(host),
  ]);
  const states = new Map(stdout.split('\n').map(line => line.split(' ') as [string, string]));
  return {
    missing: packages.filter(name => states.get(name) !== 'installed'),
    broken: [...states].filter(([, state]) => /^(unpacked|half-|triggers-)/.test(state)).map(([name]) => name),
    heldStarts,
  };
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

async function install(work: Work, packages: readonly string[]): Promise<void> {
  if (await isIndexOld(work.host)) await work.host.run({argv: ['apt-get', '-q', 'update'], env: quiet});
  try {
    // Recommends would bring needrestart and with it restarts in the middle of the run.
    const flags = [
      '-q',
      '-y',
      '--no-install-recommends',
      '-o',
      'Dpkg::Options::=--force-confold',
      '-o',
      'Dpkg::Use-Pty=0',
    ];
    await work.host.run({argv: ['apt-get', ...flags, 'install', ...packages], env: quiet});
  } catch (error) {
    throw explain(error);
  }
}

async function isIndexOld(host: Host): Promise<boolean> {
  const directory = await host.files.stat('/var/lib/apt/lists');
  const names = (await host.files.list('/var/lib/apt/lists')) ?? [];
  const isEmpty = !names.some(name => name.includes('_Packages'));
  return isEmpty || !directory || host.now() - directory.modified > indexLifetime;
}

function explain(error: unknown): unknown {
  if (!(error instanceof CommandFailed)) return error;
  const isFull = error.tail.some(line => /No space left|don't have enough free space/.test(line));
  return new Problem({
    code: isFull ? 'disk-full' : 'packages-failed',
    summary: `apt could not install the packages:\n${error.tail.join('\n')}`,
    remedy: isFull
      ? 'Make room on the disk and run jitsi-onebox again.'
      : 'Put right what apt complains of (its sources, the network, a held package) and run jitsi-onebox again.',
    cause: error,
  });
}
