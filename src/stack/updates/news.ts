import {type Host, repositoryOf} from '../../model/host.ts';
import type {Machine} from '../../model/machine.ts';
import type {ImageMove, UpdateRequest} from '../../model/request.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {readBase, readRecordedDigest} from '../../resources/image-record.ts';
import type {Blueprint} from '../blueprint.ts';
import {findNewer, type Release} from '../releases.ts';
import type {Assets} from '../template.ts';
import {listRunning, type RunningService} from './draw.ts';
import {measurePull} from './pull-size.ts';
import {findUpgrades} from './upgrades.ts';

/** An image whose name means another one at the registry than on this host, or for which Debian has newer packages. */
export type ImageNews = ImageMove & {
  readonly name: string;
  readonly title: string;
  /** Bytes to download, if the registry says so. */
  readonly bytes?: number;
};

/** The result of a look at the registry, and at Debian's packages. */
export type UpdateNews = {
  readonly images: readonly ImageNews[];
  /** Whether the names are not followed: then the registry was not asked. */
  readonly isPinned: boolean;
  /** Whether Debian was asked for newer packages. */
  readonly isRebuilt: boolean;
  /** Known releases of Jitsi that are newer than the one in use, the newest first. */
  readonly releases: readonly Release[];
};

type Question = {
  readonly blueprint: Blueprint;
  /** The text of the compose file on this host. */
  readonly composeFile: string;
} & Pick<Settings['updates'], 'tag' | 'source'>;

type Sources = Pick<Machine, 'host' | 'readLayers'>;

/** Asks the registry what the names of all images mean now, and Debian for newer packages of those that are rebuilt. */
export async function findNews(
  {host, readLayers}: Sources,
  assets: Assets,
  {blueprint, composeFile, tag, source}: Question,
): Promise<UpdateNews> {
  const releases = findNewer(blueprint.images.tag, assets);
  const isPinned = tag === 'pin';
  const running = listRunning(blueprint, composeFile);
  const distinct = [...new Map(running.map(service => [service.image, service])).values()];
  const find = async ({image: name, title}: RunningService) => {
    const used = await findUsed(host, name);
    const moved = isPinned ? undefined : await findMoved({host, readLayers}, name, {...used, source});
    const move = moved ?? (source === 'rebuild' ? await findUpgrades(host, assets, {name, ...used}) : undefined);
    return move && {name, title, ...move};
  };
  const images = isPinned && source === 'upstream' ? [] : await Promise.all(distinct.map(find));
  return {images: images.filter(each => each !== undefined), isPinned, isRebuilt: source === 'rebuild', releases};
}

/** The digest of an image that is in use, and that of the published image that it is or was built from. */
type Used = {readonly from: string | undefined; readonly base: string | undefined};

async function findUsed(host: Host, name: string): Promise<Used> {
  const [found, recorded] = await Promise.all([host.docker.imageDigests(name), readRecordedDigest(host, name)]);
  const from = recorded ?? found[0];
  return {from, base: (await readBase(host, from)) ?? from};
}

/** Asks the registry. An image built from the current digest is up to date, unless rebuilding was switched off. */
async function findMoved(
  {host, readLayers}: Sources,
  name: string,
  {from, base, source}: Used & Pick<Question, 'source'>,
): Promise<Omit<ImageNews, 'name' | 'title'> | undefined> {
  const to = await host.docker.askRegistry(name);
  if (to === (source === 'rebuild' ? base : from)) return undefined;
  const bytes = await measurePull(readLayers, repositoryOf(name), {from: base, to});
  return {to, ...(from !== undefined && {from}), ...(bytes !== undefined && {bytes})};
}

/** Returns what an update to some news asks for. */
export function listImages(images: readonly ImageNews[]): UpdateRequest['images'] {
  return Object.fromEntries(
    images.map(({name, from, to, rebuild}) => [
      name,
      {to, ...(from !== undefined && {from}), ...(rebuild && {rebuild})},
    ]),
  );
}
