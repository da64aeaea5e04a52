import {countOf} from '../model/words.ts';
import {describeUpgrade, type ImageNews, type Notice, type UpdateNews} from '../stack/index.ts';

/** Renders the result of a look at the registry. */
export function renderNews(news: UpdateNews, failed: Notice['failed']): string {
  const {images, releases} = news;
  const blocks = [
    describeState(news),
    images.length === 0 ? [] : listUpdates(images, failed),
    ...releases.map(({tag, since, changes}) => [
      `Jitsi ${tag}, public since ${since}, is a newer release. An update does not change to it; this does:`,
      `  sudo jitsi-onebox apply --set images.tag=${tag}`,
      ...(changes.length > 0 ? ['  What changes in how it is run:', ...changes.map(change => `  - ${change}`)] : []),
    ]),
  ];
  return blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n');
}

/** Says what was looked at, where it is not what is listed. */
function describeState({images, isPinned, isRebuilt}: UpdateNews): readonly string[] {
  const pinned = isPinned ? ['The setting updates.tag is pin: the registry is not asked.'] : [];
  if (images.length > 0 || (isPinned && !isRebuilt)) return pinned;
  const current = isPinned ? [] : ['Every image is the one that its tag refers to.'];
  return [...pinned, ...current, ...(isRebuilt ? ['Debian has no newer packages for any image.'] : [])];
}

function listUpdates(images: readonly ImageNews[], failed: Notice['failed']): readonly string[] {
  return [
    `An update of ${countOf(images.length, 'image')} is available:`,
    ...images.flatMap(({name, title, from, to, bytes, rebuild}) => [
      `  ${title}: ${name}${bytes === undefined ? '' : `, ${(bytes / 1e6).toFixed(1)} MB to download`}`,
      `    from ${from ?? 'an unknown digest'}`,
      `    to   ${to}`,
      ...(rebuild?.upgrades ?? []).map(upgrade => `    ${describeUpgrade(upgrade)}`),
    ]),
    ...(failed ? [`It failed in run ${failed.run} of ${failed.at.slice(0, 10)} and was taken back.`] : []),
    'Install it with: sudo jitsi-onebox update --now',
  ];
}
