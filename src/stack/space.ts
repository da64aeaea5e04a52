import type {FactValues} from '../model/facts.ts';
import type {Host} from '../model/host.ts';
import {limit} from '../model/limit.ts';
import type {Machine} from '../model/machine.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {formatBytes} from '../model/words.ts';
import {simulatedSizes} from '../resources/apt-sizes.ts';
import {imageId} from '../resources/container-image.ts';
import {growth} from './updates/pull-size.ts';

/** What our packages and those that they need take on a Debian 13 without any of them, until apt's index says more. */
const usualSizes = {download: 180e6, installed: 640e6};
/** What an unpacked image takes about, with what its layers share with the others left out, until its registry says more. */
const usualImage = 300e6;
/** Milliseconds that the registries have. */
const patience = 3000;
/** Logs, journals and snapshots need some room as well. */
const reserve = 200e6;

/** The packages and images of a stack, and the file systems for them. */
export type Room = {
  readonly spaces: FactValues['spaces'] | undefined;
  readonly packages: readonly string[];
  readonly images: readonly string[];
};

type Sources = Pick<Machine, 'readLayers'> & {readonly host: Host};
type Need = {readonly path: string; readonly bytes: number; readonly what: string};

/**
 * Finds a file system that is too small for what a plan downloads and installs. Apt says how much the packages need, and the
 * registries how large the images are.
 */
export async function findSmallDisk(
  changes: readonly Change[],
  room: Room,
  {host, readLayers}: Sources,
): Promise<readonly Problem[]> {
  const {spaces, packages} = room;
  const pulled = new Set(changes.filter(({change}) => change === 'pull').map(({id}) => id));
  const pulls = room.images.filter(image => pulled.has(imageId(image)));
  const installs = changes.some(({kind, change}) => kind === 'apt-packages' && change === 'create');
  if (spaces === undefined || (pulls.length === 0 && !installs)) return [];
  const [sizes, bytes] = await Promise.all([
    installs ? simulatedSizes(host, packages) : {download: 0, installed: 0},
    measureImages(pulls, readLayers),
  ]);
  const {download, installed} = sizes ?? usualSizes;
  const [images = '', programs = '', archives = ''] = spaces.map(({path}) => path);
  const needs: readonly Need[] = [
    {path: images, bytes, what: `about ${formatBytes(bytes)} for ${pulls.length} images`},
    {path: programs, bytes: installed, what: `${formatBytes(installed)} for packages`},
    {path: archives, bytes: download, what: `${formatBytes(download)} to download them`},
  ];
  return [...new Set(spaces.map(({mount}) => mount))].flatMap(mount => judge(mount, spaces, needs));
}

/** Measures what images take; layers that they share count once. */
async function measureImages(images: readonly string[], readLayers: Sources['readLayers']): Promise<number> {
  const stop = new AbortController().signal;
  const found = await Promise.all(
    images.map(image => limit(patience, stop, signal => readLayers(image, signal)).catch(() => undefined)),
  );
  const layers = new Map(found.flatMap(each => each ?? []).map(({digest, size}) => [digest, size]));
  const unknown = found.filter(each => each === undefined).length;
  return [...layers.values()].reduce((sum, size) => sum + size * growth, unknown * usualImage);
}

function judge(mount: string, spaces: FactValues['spaces'], needs: readonly Need[]): readonly Problem[] {
  const here = spaces.filter(each => each.mount === mount);
  const ours = needs.filter(({path, bytes}) => bytes > 0 && here.some(each => each.path === path));
  const needed = ours.reduce((sum, {bytes}) => sum + bytes, reserve);
  const [first] = here;
  if (first === undefined || ours.length === 0 || first.free >= needed) return [];
  return [
    new Problem({
      code: 'small-disk',
      about: mount,
      summary: `The file system ${mount} has ${formatBytes(first.free)} free, and this plan needs about ${formatBytes(needed)} there: ${ours.map(({what}) => what).join(', ')}, and a reserve of ${formatBytes(reserve)}.`,
      why: 'A disk that fills up in the middle of an installation leaves other programs without room too.',
      remedy: `Free some space on ${mount} or enlarge it; \`df -h ${mount}\` and \`du -xh ${mount} | sort -h | tail\` show what takes it.`,
    }),
  ];
}
