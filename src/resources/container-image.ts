import {parse, stringify} from 'yaml';
import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';
import {publicFile} from './path.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type ContainerImageOptions = {
  /** Repository and tag, `ghcr.io/jitsi/web:stable-11248`. */
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
};

/** Records the digest of each tag when it was pulled. */
const digestFile = '/var/lib/jitsi-onebox/images.yaml';

/** The id of an image. */
export const imageId = (name: string) => `image:${name}`;

/** A container image, pulled through the Engine with its progress in bytes. */
export function containerImage({name, title, place, needs}: ContainerImageOptions): Resource<string | undefined> {
  return {
    id: imageId(name),
    title,
    place,
    kind: 'container-image',
    needs,
    locks: [],
    read: host => host.docker.imageDigest(name),
    diff: digest => (digest === undefined ? [{change: 'pull', summary: `pull ${name}`, content: true}] : []),
    record: async ({files}) => [
      {thing: 'image', name, place, was: absent},
      ...(await snapshotPaths(files, [digestFile], 'host')),
    ],
    async apply({host, signal, progress}) {
      const onProgress = ({done, total, layer}: {done: number; total: number | undefined; layer: string}) =>
        progress({done, unit: 'bytes', part: layer, ...(total !== undefined && {total})});
      await host.docker.pull(name, {signal, onProgress});
      await recordDigest(host, name);
    },
  };
}

/** An image as a snapshot has it: pulled again, or removed unless containers of other projects use it. */
export function restoreImage(
  {name, was, place = 'host'}: Snapshot,
  project: string | undefined,
): {readonly pulled: readonly Resource[]; readonly removed: readonly Resource[]} {
  const title = `Image ${name}`;
  return was.type === 'absent'
    ? {pulled: [], removed: [absentImage({name, title, place, project})]}
    : {pulled: [containerImage({name, title: `${title}, restored`, place, needs: []})], removed: []};
}

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
      const digest = await host.docker.imageDigest(name);
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

let recording: Promise<void> = Promise.resolve();

/** Images are pulled at the same time and share one file, so its writers take turns. */
function recordDigest(host: Host, name: string): Promise<void> {
  const turn = recording.then(async () => {
    const digests: Readonly<Record<string, unknown>> = parse((await host.files.read(digestFile)) ?? '{}');
    const text = stringify({...digests, [name]: await host.docker.imageDigest(name)});
    await host.files.write(digestFile, text, publicFile);
  });
  recording = turn.catch(() => undefined);
  return turn;
}
