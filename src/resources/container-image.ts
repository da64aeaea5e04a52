import {parse, stringify} from 'yaml';
import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {publicFile} from './file.ts';

export type ContainerImageOptions = {
  /** Repository and tag, `ghcr.io/jitsi/web:stable-11146-2`. */
  readonly name: string;
  readonly title: string;
  readonly place: Place;
  readonly needs: readonly string[];
  /** The file that records which digest a tag stood for when it was pulled. */
  readonly record: string;
};

/** The id under which others name an image they need. */
export const imageId = (name: string) => `image:${name}`;

/** A container image, pulled through the Engine with its progress in bytes. */
export function containerImage({
  name,
  title,
  place,
  needs,
  record,
}: ContainerImageOptions): Resource<string | undefined> {
  return {
    id: imageId(name),
    title,
    place,
    kind: 'container-image',
    needs,
    locks: [],
    read: host => host.docker.imageDigest(name),
    diff: digest => (digest === undefined ? [{change: 'pull', summary: `pull ${name}`, content: true}] : []),
    async apply({host, signal, progress}) {
      const onProgress = ({done, total, layer}: {done: number; total: number | undefined; layer: string}) =>
        progress({done, unit: 'bytes', part: layer, ...(total !== undefined && {total})});
      await host.docker.pull(name, {signal, onProgress});
      await recordDigest({host, name, record});
    },
  };
}

const recordings = new Map<string, Promise<void>>();

/** Images are pulled side by side and share one record, so its writers take turns. */
function recordDigest({host, name, record}: {host: Host; name: string; record: string}): Promise<void> {
  const turn = (recordings.get(record) ?? Promise.resolve()).then(async () => {
    const digests: Record<string, unknown> = parse((await host.files.read(record)) ?? '{}');
    const text = stringify({...digests, [name]: await host.docker.imageDigest(name)});
    await host.files.write(record, text, publicFile);
  });
  recordings.set(
    record,
    turn.catch(() => undefined),
  );
  return turn;
}
