import {parse} from 'yaml';
import {Problem} from '../model/problem.ts';
import type {Blueprint} from './blueprint.ts';
import type {Assets} from './template.ts';

/** A release of Jitsi's images, with what changed in how it is run. */
export type Release = {readonly tag: string; readonly since: string; readonly changes: readonly string[]};
type Releases = {readonly known: readonly Release[]; readonly oldest: string};

/** Reads the releases of Jitsi's images that are known, the newest first. */
export function readReleases(assets: Assets): Releases {
  return parse(assets('jitsi/releases.yaml'));
}

/** Finds a release that is run in another way than the compose file does: its containers would not start. */
export function findFormerRelease({images: {tag}}: Pick<Blueprint, 'images'>, assets: Assets): readonly Problem[] {
  const {oldest, known} = readReleases(assets);
  if (!isOlder(tag, oldest)) return [];
  return [
    new Problem({
      code: 'release-too-old',
      summary: `Jitsi ${tag} is older than ${oldest}.`,
      why: 'Older images run as root, with other ports and directories, so they do not start from this compose file.',
      remedy: `Choose a newer release: --set images.tag=${known[0]?.tag}.`,
    }),
  ];
}

/** Advises on a release that is not known. */
export function adviseOnRelease({images: {tag}}: Pick<Blueprint, 'images'>, assets: Assets): readonly Problem[] {
  const {known, oldest} = readReleases(assets);
  const newest = known[0]?.tag ?? '';
  if (known.some(release => release.tag === tag) || isOlder(tag, oldest)) return [];
  return [
    new Problem({
      code: 'release-unknown',
      summary: isOlder(newest, tag)
        ? `Jitsi ${tag} is newer than the releases that this version of jitsi-onebox knows; the newest of them is ${newest}.`
        : `Jitsi ${tag} is none of the releases that this version of jitsi-onebox knows: ${known.map(each => each.tag).join(', ')}.`,
      why: 'Its images may need other variables, ports or directories. The checks after the run show whether they work.',
      remedy: `Run \`sudo jitsi-onebox self-update\`, or use a known release: --set images.tag=${newest}.`,
    }),
  ];
}

/** Lists the known releases that are newer than a tag, the newest first; none if the tag names no release. */
export function findNewer(tag: string, assets: Assets): readonly Release[] {
  return readReleases(assets).known.filter(release => isOlder(tag, release.tag));
}

/** Returns whether a tag such as stable-11146-2 is of an older release than another; a tag of another form is not. */
function isOlder(tag: string, other: string): boolean {
  const [one, two] = [readNumbers(tag), readNumbers(other)];
  if (one === undefined || two === undefined) return false;
  return one.release < two.release || (one.release === two.release && one.revision < two.revision);
}

function readNumbers(tag: string): {readonly release: number; readonly revision: number} | undefined {
  const [, release, revision = '0'] = /^stable-(\d+)(?:-(\d+))?$/.exec(tag) ?? [];
  return release === undefined ? undefined : {release: Number(release), revision: Number(revision)};
}
