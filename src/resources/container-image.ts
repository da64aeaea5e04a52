import {type Host, type PullProgress, repositoryOf} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {describeError, Problem} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {absent, type Snapshot, type SnapshotState} from '../model/snapshot.ts';
import {absentBuild, keptBuild} from './built-image.ts';
import {digestFile, historyFile, readBase, readRecordedDigest, recordDigest, recordPull} from './image-record.ts';
import {findDigest, isLocal} from './local-image.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type ContainerImageOptions = {
  /** Repository and tag, `ghcr.io/jitsi/web:stable-11248`. */
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
  /** The digest it should have, or the local name of an image that is built, if not the recorded digest. */
  readonly digest?: string;
  /** The digest that its containers run, if its name may refer to another one by now; an undo restores this. */
  readonly former?: string | undefined;
};

/** The id of an image. */
export const imageId = (name: string) => `image:${name}`;

/** An image as it is here, and the digest that it should have: the given or the recorded one. */
type ImageState = {
  readonly found: readonly string[];
  readonly wanted: string | undefined;
  readonly recorded: string | undefined;
};

/**
 * A container image, pulled through the Engine with its progress in bytes. Its digest is recorded when it is first pulled, and from then
 * on it stays that image, even when somebody moves the tag in the registry, until an update or an undo gives it another digest.
 */
export function containerImage({
  name,
  digest,
  former,
  title,
  place,
  needs,
}: ContainerImageOptions): Resource<ImageState> {
  return {
    id: imageId(name),
    title,
    place,
    kind: 'container-image',
    needs,
    locks: [],
    async read(host) {
      const [found, recorded] = await Promise.all([host.docker.imageDigests(name), readRecordedDigest(host, name)]);
      return {found, wanted: await findWanted(host, name, digest ?? recorded), recorded};
    },
    diff: state => (digest === undefined ? compare(name, state) : compareGiven({name, digest}, state)),
    record: async ({files}, {found: [value = former]}) => [
      {thing: 'image', name, place, was: value === undefined ? absent : {type: 'value', value: former ?? value}},
      ...(await snapshotPaths(files, [digestFile, historyFile], 'host')),
    ],
    async apply(work, {found, wanted}) {
      const {host} = work;
      // A name with a digest cannot be given to another image.
      if (wanted === undefined || name.includes('@')) {
        if (found.length === 0) await pull(work, name);
        const [digest = ''] = await host.docker.imageDigests(name);
        if (found.length === 0) await recordPull(host, {name, digest});
        return recordDigest(host, name, digest);
      }
      const reference = await findHere(host, name, wanted);
      if (reference === undefined) await pullByDigest(work, name, wanted);
      await host.run({argv: ['docker', 'tag', reference ?? `${repositoryOf(name)}@${wanted}`, name]});
      await recordDigest(host, name, wanted);
    },
  };
}

/** Finds the digest of the image that a name should refer to: one that was built and is gone is replaced by what it was built from. */
async function findWanted(host: Host, name: string, target: string | undefined): Promise<string | undefined> {
  const digest = target === undefined ? undefined : await findDigest(host, target);
  if (digest === undefined || (await findHere(host, name, digest)) !== undefined) return digest;
  return (await readBase(host, digest)) ?? digest;
}

/** Finds the reference of an image that is here; one that was built has its digest as its id only. */
async function findHere(host: Host, name: string, digest: string): Promise<string | undefined> {
  for (const reference of [`${repositoryOf(name)}@${digest}`, digest])
    if ((await host.docker.imageDigests(reference)).length > 0) return reference;
  return undefined;
}

/** Pulls an image by its digest, unless it is here. The Engine uses the digest; the tag is for people who read the output. */
async function pullByDigest(work: Work, name: string, digest: string): Promise<void> {
  if ((await work.host.docker.imageDigests(`${repositoryOf(name)}@${digest}`)).length > 0) return;
  await pull(work, `${name}@${digest}`);
  await recordPull(work.host, {name, digest});
}

async function pull({host, signal, progress}: Work, name: string): Promise<void> {
  const onProgress = ({done, total, layer}: PullProgress) =>
    progress({done, unit: 'bytes', part: layer, ...(total !== undefined && {total})});
  await host.docker.pull(name, {signal, onProgress});
}

/** An image of this digest, beside the one that its name refers to: an update pulls all of its images before it changes anything. */
export function pulledImage({
  name,
  title,
  place,
  needs,
  digest,
}: Required<Omit<ContainerImageOptions, 'former'>>): Resource<boolean> {
  const image = `${repositoryOf(name)}@${digest}`;
  return {
    id: pulledId(image),
    title,
    place,
    kind: 'container-image',
    needs,
    locks: [],
    read: async host => (await host.docker.imageDigests(image)).length > 0,
    diff: isHere => (isHere ? [] : [{change: 'pull', summary: `pull ${name} as it is now: ${digest}`}]),
    record: async ({files}) => [
      {thing: 'image', name: image, place, was: absent},
      ...(await snapshotPaths(files, [historyFile], 'host')),
    ],
    apply: work => pullByDigest(work, name, digest),
  };
}

/** The id of an image that an update pulls. */
export const pulledId = (image: string) => `pulled:${image}`;

function compare(name: string, {found: [found, ...others], wanted}: ImageState): readonly Difference[] {
  if (found === undefined) {
    const summary = wanted === undefined ? `pull ${name}` : `pull ${name} as it was recorded: ${wanted}`;
    return [{change: 'pull', summary, content: true}];
  }
  if (wanted === undefined) return [{change: 'update', summary: `record which image ${name} is: ${found}`}];
  if ([found, ...others].includes(wanted)) return [];
  const summary = `${name} was moved to another image (${found}): restore the recorded one (${wanted})`;
  const warning = new Problem({
    code: 'image-moved',
    summary: `${name} is another image on this host than the one that was recorded at its first pull.`,
    why: 'Somebody moved its tag, here or in the registry, and the tag was pulled again. That image is not the one you installed.',
    remedy: `Nothing: the plan restores the recorded one. To accept the other one, remove its line from ${digestFile} first.`,
  });
  return [{change: 'update', summary, content: true, warning: describeError(warning)}];
}

type Given = {readonly name: string; readonly digest: string};

function compareGiven(
  {name, digest}: Given,
  {found, wanted = digest, recorded = wanted}: ImageState,
): readonly Difference[] {
  const [now] = found;
  if (now === undefined) return [{change: 'pull', summary: `pull ${name}: ${wanted}`, content: true}];
  if (found.includes(wanted) && recorded === wanted) return [];
  return [
    {
      change: 'update',
      summary: `change ${name} from ${recorded === wanted ? now : recorded} to ${wanted}`,
      content: true,
    },
  ];
}

/** An image as a snapshot has it: pulled again, or removed unless containers of other projects use it. */
export function restoreImage(
  snapshot: Snapshot,
  {project, keepsBuilds}: {readonly project: string | undefined; readonly keepsBuilds: boolean},
): {readonly pulled: readonly Resource[]; readonly removed: readonly Resource[]} {
  const {name, was, place = 'host'} = snapshot;
  const title = `Image ${name}`;
  const restoreBuild = keepsBuilds ? keptBuild : absentBuild;
  if (isLocal(name)) return {pulled: [], removed: was.type === 'absent' ? [restoreBuild(snapshot)] : []};
  return was.type === 'absent'
    ? {pulled: [], removed: [absentImage({name, title, place, project})]}
    : {pulled: [containerImage({name, ...digestIn(was), title: `${title}, restored`, place, needs: []})], removed: []};
}

const digestIn = (was: SnapshotState) =>
  was.type === 'value' && was.value.startsWith('sha256:') ? {digest: was.value} : {};

type AbsentImage = Omit<ContainerImageOptions, 'needs'> & {readonly project: string | undefined};

function absentImage({name, title, place, project}: AbsentImage): Resource<string | undefined> {
  return {
    id: imageId(name),
    title,
    place,
    kind: 'container-image',
    needs: [],
    locks: [],
    async read(host) {
      const [digest] = await host.docker.imageDigests(name);
      return digest !== undefined && (await isUsed(host, name, project)) ? undefined : digest;
    },
    diff: digest => (digest === undefined ? [] : [{change: 'remove', summary: `remove the image ${name}`}]),
    record: (_host, value) => [
      {thing: 'image', name, place, was: value === undefined ? absent : {type: 'value', value}},
    ],
    async apply({host}) {
      await host.run({argv: ['docker', 'image', 'rm', name]});
    },
  };
}

async function isUsed(host: Host, name: string, project = ''): Promise<boolean> {
  const format = '{{.ID}} {{.Label "com.docker.compose.project"}}';
  const argv = ['docker', 'ps', '--all', '--filter', `ancestor=${name}`, '--format', format] as const;
  const {stdout} = await host.query({argv});
  return stdout.split('\n').some(line => line !== '' && line.split(' ')[1] !== project);
}
