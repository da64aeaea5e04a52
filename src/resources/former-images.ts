import {type Host, repositoryOf} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';
import {forgetPulls, historyFile, type PulledImage, readHistory} from './image-record.ts';
import {isLocal} from './local-image.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type FormerImagesOptions = {
  readonly title: string;
  readonly needs: readonly string[];
  /** Whether an image of the history stays. */
  readonly isKept: (image: PulledImage) => boolean;
};

/** The id of the images of earlier updates. */
const formerImagesId = 'images:former';

/**
 * No images of earlier updates: those that this program pulled, and that no container uses. A snapshot does not hold an image, so an
 * undo that needs one pulls it again.
 */
export function formerImages({title, needs, isKept}: FormerImagesOptions): Resource<readonly PulledImage[]> {
  return {
    id: formerImagesId,
    title,
    place: 'host',
    kind: 'container-image',
    needs,
    locks: [],
    read: host => findRemovable(host, isKept),
    diff: found => found.map(image => ({change: 'remove', summary: `remove ${nameByDigest(image)}`})),
    record: ({files}) => snapshotPaths(files, [historyFile], 'host'),
    async apply({host}, found) {
      for (const image of found) await host.run({argv: ['docker', 'image', 'rm', nameByDigest(image)]});
      await forgetPulls(host, found);
    },
  };
}

/** Everything that this program pulled, for an uninstallation: a snapshot names only the images from before the last update. */
export async function listPulled(host: Host): Promise<readonly Snapshot[]> {
  const pulled = await readHistory(host);
  return pulled.map(image => ({thing: 'image', name: nameByDigest(image), place: 'host', was: absent}));
}

/** An image that was built here has no digest of a registry, but a name of its own. */
const nameByDigest = ({name, digest}: PulledImage) => (isLocal(name) ? name : `${repositoryOf(name)}@${digest}`);

async function findRemovable(host: Host, isKept: FormerImagesOptions['isKept']): Promise<readonly PulledImage[]> {
  const history = await readHistory(host);
  const bases = history.filter(isKept).map(({base}) => base);
  const former = history
    .filter(image => !isKept(image) && !bases.includes(image.digest))
    // Docker does not remove an image that another one was built from.
    .toSorted((one, other) => Number(isLocal(other.name)) - Number(isLocal(one.name)));
  const states = await Promise.all(former.map(image => isHereAndIdle(host, nameByDigest(image))));
  return former.filter((_, index) => states[index]);
}

async function isHereAndIdle(host: Host, image: string): Promise<boolean> {
  if ((await host.docker.imageDigests(image)).length === 0) return false;
  const argv = ['docker', 'ps', '--all', '--quiet', '--filter', `ancestor=${image}`] as const;
  const {exitCode, stdout} = await host.query({argv});
  return exitCode === 0 && stdout.trim() === '';
}
