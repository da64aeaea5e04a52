import {isMap, parseDocument, stringify} from 'yaml';
import {type Host, repositoryOf} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {describeError, Problem} from '../model/problem.ts';
import type {Difference, Resource} from '../model/resource.ts';
import {absent, type Snapshot, type SnapshotState} from '../model/snapshot.ts';
import {publicFile} from './path.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type ContainerImageOptions = {
  /** Repository and tag, `ghcr.io/jitsi/web:stable-11248`. */
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
  /** The digest it should have, if not the recorded one. */
  readonly digest?: string;
};

/** Records the digest of each tag when it was first pulled. */
const digestFile = '/var/lib/jitsi-onebox/images.yaml';

/** The id of an image. */
export const imageId = (name: string) => `image:${name}`;

/** An image as it is here, and the digest that it should have: the recorded one. */
type ImageState = {readonly found: readonly string[]; readonly wanted: string | undefined};

/**
 * A container image, pulled through the Engine with its progress in bytes. Its digest is recorded when it is first pulled, and from then
 * on it stays that image, even when somebody moves the tag in the registry.
 */
export function containerImage({name, digest, title, place, needs}: ContainerImageOptions): Resource<ImageState> {
  return {
    id: imageId(name),
    title,
    place,
    kind: 'container-image',
    needs,
    locks: [],
    async read(host) {
      const [found, recorded] = await Promise.all([host.docker.imageDigests(name), readRecordedDigest(host, name)]);
      return {found, wanted: digest ?? recorded};
    },
    diff: state => compare(name, state),
    record: async ({files}, {found: [value]}) => [
      {thing: 'image', name, place, was: value === undefined ? absent : {type: 'value', value}},
      ...(await snapshotPaths(files, [digestFile], 'host')),
    ],
    async apply({host, signal, progress}, {found, wanted}) {
      const onProgress = ({done, total, layer}: {done: number; total: number | undefined; layer: string}) =>
        progress({done, unit: 'bytes', part: layer, ...(total !== undefined && {total})});
      if (wanted === undefined || name.includes('@')) {
        if (found.length === 0) await host.docker.pull(name, {signal, onProgress});
      } else {
        const image = `${repositoryOf(name)}@${wanted}`;
        const isHere = (await host.docker.imageDigests(image)).length > 0;
        // The Engine goes by the digest; the tag is for people who read the output.
        if (!isHere) await host.docker.pull(`${name}@${wanted}`, {signal, onProgress});
        await host.run({argv: ['docker', 'tag', image, name]});
      }
      await recordDigest(host, name, wanted);
    },
  };
}

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

/** An image as a snapshot has it: pulled again, or removed unless containers of other projects use it. */
export function restoreImage(
  {name, was, place = 'host'}: Snapshot,
  project: string | undefined,
): {readonly pulled: readonly Resource[]; readonly removed: readonly Resource[]} {
  const title = `Image ${name}`;
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

/** Reads the digest that an image had when it was first pulled. */
export async function readRecordedDigest({files}: Host, name: string): Promise<string | undefined> {
  const digest = parseDigests(await files.read(digestFile))[name];
  return typeof digest === 'string' ? digest : undefined;
}

function parseDigests(text = '{}'): Readonly<Record<string, unknown>> {
  const {contents, errors} = parseDocument(text);
  return errors.length === 0 && isMap(contents) ? contents.toJSON() : {};
}

let recording: Promise<void> = Promise.resolve();

/** Images are pulled at the same time and share one file, so its writers take turns. */
function recordDigest(host: Host, name: string, wanted: string | undefined): Promise<void> {
  const turn = recording.then(async () => {
    const digests = parseDigests(await host.files.read(digestFile));
    const digest = wanted ?? (await host.docker.imageDigests(name))[0];
    if (digests[name] === digest) return;
    await host.files.write(digestFile, stringify({...digests, [name]: digest}), publicFile);
  });
  recording = turn.catch(() => undefined);
  return turn;
}
