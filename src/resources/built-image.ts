import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Resource, Work} from '../model/resource.ts';
import type {Secret} from '../model/secret.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';
import {historyFile, readHistory, recordPull} from './image-record.ts';
import {baseLabel, packagesLabel} from './local-image.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type BuiltImageOptions = {
  /** Its local name. Images that are built from the same have the same one. */
  readonly name: string;
  /** Repository and digest of the image that it is built from. */
  readonly base: string;
  /** The packages that are upgraded in it, with their versions: `bash=5.2.37-2`. */
  readonly packages: readonly string[];
  /** Reads the script that upgrades them. */
  readonly readScript: (host: Host) => Promise<Secret>;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
  /** What is new in it, a line for each package. */
  readonly news: readonly string[];
};

/** The id of an image that is built here. */
const builtId = (name: string) => `built:${name}`;

/**
 * An image of this name, made from another one in a container: it has newer packages, and runs as the other one does. A build needs
 * nothing of Docker that is not in every release.
 */
export function builtImage(options: BuiltImageOptions): Resource<boolean> {
  const {name, title, place, needs, news} = options;
  return {
    id: builtId(name),
    title,
    place,
    kind: 'container-image',
    needs,
    // Several at the same time would disturb meetings.
    locks: ['build'],
    read: async host => (await host.docker.imageDigests(name)).length > 0,
    diff: isHere => (isHere ? [] : [{change: 'create', summary: `build ${name}: ${news.join(', ')}`}]),
    record: async ({files}) => [
      {thing: 'image', name, place, was: absent},
      ...(await snapshotPaths(files, [historyFile], 'host')),
    ],
    async apply(work) {
      await removeContainer(work.host, name);
      try {
        await build(work, options);
      } finally {
        await removeContainer(work.host, name);
      }
    },
  };
}

async function build({host, output}: Work, {name, base, packages, readScript, news}: BuiltImageOptions): Promise<void> {
  const container = containerOf(name);
  const as = ['--name', container, '--user', '0', '--entrypoint', 'sh', '--cpu-shares', '128'];
  await host.run(
    {argv: ['docker', 'run', '--interactive', ...as, base, '-s', ...packages], input: await readScript(host)},
    {onLine: output},
  );
  for (const line of news) output({stream: 'stdout', line});
  const changes = [
    ...(await readStart(host, base)),
    `LABEL ${baseLabel}=${base.split('@')[1] ?? ''}`,
    `LABEL ${packagesLabel}=${JSON.stringify(packages.join(' '))}`,
  ];
  await host.run({argv: ['docker', 'commit', ...changes.flatMap(each => ['--change', each]), container, name]});
  const [digest = ''] = await host.docker.imageDigests(name);
  await recordPull(host, {name, digest, base: base.split('@')[1] ?? ''});
}

type Start = {readonly User?: string; readonly Entrypoint?: unknown; readonly Cmd?: unknown};

/** Reads how containers of an image start, as changes for another image; the entry point is first, since it resets the command. */
async function readStart(host: Host, image: string): Promise<readonly string[]> {
  const argv = ['docker', 'image', 'inspect', '--format', '{{json .Config}}', image] as const;
  const {User, Entrypoint, Cmd}: Start = JSON.parse((await host.query({argv})).stdout);
  return [
    `USER ${User || 'root'}`,
    `ENTRYPOINT ${JSON.stringify(Entrypoint ?? [])}`,
    ...(Cmd ? [`CMD ${JSON.stringify(Cmd)}`] : []),
  ];
}

/** The container in which an image is built. */
const containerOf = (name: string) => name.replaceAll(/[/:]/g, '-');

async function hasContainer(host: Host, name: string): Promise<boolean> {
  const filter = `name=^/${containerOf(name)}$`;
  const {stdout} = await host.query({argv: ['docker', 'ps', '--all', '--quiet', '--filter', filter]});
  return stdout.trim() !== '';
}

async function removeContainer(host: Host, name: string): Promise<void> {
  if (await hasContainer(host, name))
    await host.run({argv: ['docker', 'rm', '--force', '--volumes', containerOf(name)]});
}

const describe = (name: string) =>
  ({id: `image:${name}`, title: `Image ${name}`, kind: 'container-image', needs: [], locks: []}) as const;

/** An image that was built here and is no longer used: it stays for an undo of this undo, and the next update removes it. */
export function keptBuild({name, place = 'host'}: Snapshot): Resource<{digest: string | undefined; isKnown: boolean}> {
  return {
    ...describe(name),
    place,
    async read(host) {
      const [digest] = await host.docker.imageDigests(name);
      return {digest, isKnown: (await readHistory(host)).some(each => each.digest === digest)};
    },
    // Without its record, no update would remove it.
    diff: ({digest, isKnown}) =>
      digest === undefined || isKnown
        ? []
        : [{change: 'update', summary: `keep ${name} until the next update, for an undo of this undo`}],
    record: ({files}) => snapshotPaths(files, [historyFile], 'host'),
    async apply({host}, {digest = ''}) {
      const argv = ['docker', 'image', 'inspect', '--format', `{{index .Config.Labels "${baseLabel}"}}`, name] as const;
      const {stdout} = await host.query({argv});
      await recordPull(host, {name, digest, base: stdout.trim()});
    },
  };
}

/** No image that was built here, and no container that a power failure left of its build. */
export function absentBuild({name, place = 'host'}: Snapshot): Resource<{isBuilt: boolean; isBuilding: boolean}> {
  return {
    ...describe(name),
    place,
    read: async host => ({
      isBuilt: (await host.docker.imageDigests(name)).length > 0,
      isBuilding: await hasContainer(host, name),
    }),
    diff: ({isBuilt, isBuilding}) => [
      ...(isBuilding ? [{change: 'remove', summary: `remove the container that builds ${name}`} as const] : []),
      ...(isBuilt ? [{change: 'remove', summary: `remove the image ${name}`} as const] : []),
    ],
    // It cannot be restored: an undo of this undo has the image that it was built from.
    record: (_host, {isBuilt}) => (isBuilt ? [{thing: 'image', name, place, was: present}] : []),
    async apply({host}, {isBuilt}) {
      await removeContainer(host, name);
      if (isBuilt) await host.run({argv: ['docker', 'image', 'rm', name]});
    },
  };
}
