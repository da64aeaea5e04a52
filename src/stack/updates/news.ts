import {type Host, repositoryOf} from '../../model/host.ts';
import type {UpdateRequest} from '../../model/request.ts';
import {readRecordedDigest} from '../../resources/image-record.ts';
import type {Blueprint} from '../blueprint.ts';
import {findNewer, type Release} from '../releases.ts';
import type {Assets} from '../template.ts';
import {listRunning} from './draw.ts';
import {measurePull} from './pull-size.ts';

/** An image whose name means another one at the registry than on this host. */
export type ImageNews = {
  readonly name: string;
  readonly title: string;
  readonly from?: string;
  readonly to: string;
  /** Bytes to download, if the registry says so. */
  readonly bytes?: number;
};

/** The result of a look at the registry. */
export type UpdateNews = {
  readonly images: readonly ImageNews[];
  /** Whether the names are not followed: then the registry was not asked. */
  readonly isPinned: boolean;
  /** Known releases of Jitsi that are newer than the one in use, the newest first. */
  readonly releases: readonly Release[];
};

type Question = {
  readonly blueprint: Blueprint;
  /** The text of the compose file on this host. */
  readonly composeFile: string;
  /** Whether the names are not followed. */
  readonly isPinned: boolean;
};

/** Asks the registry what the names of all images mean now. */
export async function findNews(
  host: Host,
  assets: Assets,
  {blueprint, composeFile, isPinned}: Question,
): Promise<UpdateNews> {
  const releases = findNewer(blueprint.images.tag, assets);
  if (isPinned) return {images: [], isPinned, releases};
  const running = listRunning(blueprint, composeFile);
  const distinct = [...new Map(running.map(service => [service.image, service])).values()];
  const images = await Promise.all(distinct.map(({image, title}) => findImageNews(host, image, title)));
  return {images: images.filter(each => each !== undefined), isPinned, releases};
}

async function findImageNews(host: Host, name: string, title: string): Promise<ImageNews | undefined> {
  const [to, found, recorded] = await Promise.all([
    host.docker.askRegistry(name),
    host.docker.imageDigests(name),
    readRecordedDigest(host, name),
  ]);
  const from = recorded ?? found[0];
  if (from === to) return undefined;
  const bytes = await measurePull(host, repositoryOf(name), {from, to});
  return {name, title, to, ...(from !== undefined && {from}), ...(bytes !== undefined && {bytes})};
}

/** Returns what an update to some news asks for. */
export function listImages(images: readonly ImageNews[]): UpdateRequest['images'] {
  return Object.fromEntries(images.map(({name, from, to}) => [name, {to, ...(from !== undefined && {from})}]));
}
