import type {FactValues} from '../model/facts.ts';
import type {Host} from '../model/host.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {formatBytes} from '../model/words.ts';
import {simulatedSizes} from '../resources/apt-sizes.ts';

/** What our packages and those that they need take on a Debian 13 without any of them, until apt's index says more. */
const usualSizes = {download: 180e6, installed: 640e6};
/** What an unpacked image takes about, with what its layers share with the others left out. */
const imageSize = 300e6;
/** Logs, journals and snapshots need some room as well. */
const reserve = 200e6;

type Need = {readonly path: string; readonly bytes: number; readonly what: string};

/** Finds a file system that is too small for what a plan downloads and installs; apt itself says how much the packages need. */
export async function findSmallDisk(
  changes: readonly Change[],
  {spaces, packages}: {readonly spaces: FactValues['spaces'] | undefined; readonly packages: readonly string[]},
  host: Host,
): Promise<readonly Problem[]> {
  const pulls = changes.filter(({kind, change}) => kind === 'container-image' && change === 'pull').length;
  const installs = changes.some(({kind, change}) => kind === 'apt-packages' && change === 'create');
  if (spaces === undefined || (pulls === 0 && !installs)) return [];
  const {download, installed} = installs
    ? ((await simulatedSizes(host, packages)) ?? usualSizes)
    : {download: 0, installed: 0};
  const [images = '', programs = '', archives = ''] = spaces.map(({path}) => path);
  const needs: readonly Need[] = [
    {path: images, bytes: pulls * imageSize, what: `about ${formatBytes(pulls * imageSize)} for ${pulls} images`},
    {path: programs, bytes: installed, what: `${formatBytes(installed)} for packages`},
    {path: archives, bytes: download, what: `${formatBytes(download)} to download them`},
  ];
  return [...new Set(spaces.map(({mount}) => mount))].flatMap(mount => judge(mount, spaces, needs));
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
      summary: `The file system ${mount} has ${formatBytes(first.free)} free, and this plan needs about ${formatBytes(needed)} there: ${ours.map(({what}) => what).join(', ')}, and a reserve of ${formatBytes(reserve)}.`,
      why: 'A disk that fills up in the middle of an installation leaves other programs without room too.',
      remedy: `Make room on ${mount} or enlarge it; \`df -h ${mount}\` and \`du -xh ${mount} | sort -h | tail\` show what takes it.`,
    }),
  ];
}
