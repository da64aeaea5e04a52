import type {Upgrade} from '../../model/request.ts';

/** A package that a look found, with its size where it has to be downloaded. */
export type FoundUpgrade = Upgrade & {readonly bytes: number};

const head = /^([a-z0-9][a-z0-9+.:-]*) ([0-9][\w.+:~-]*) ([0-9][\w.+:~-]*)$/;

/**
 * Parses what `rebuild/look.sh` prints: the packages that Debian has newer than an image, each followed by the lines about it. One whose
 * two versions are the same is in use already.
 */
export function parseLook(output: string): readonly FoundUpgrade[] {
  const blocks = output.split(/^package /m).slice(1);
  return blocks.flatMap(block => {
    const [first = '', ...lines] = block.split('\n');
    const [, name, from, to] = head.exec(first) ?? [];
    if (name === undefined || from === undefined || to === undefined) return [];
    const size = lines.find(line => line.startsWith('size '));
    return [{name, from, to, bytes: Number(size?.slice('size '.length) ?? 0), fixes: findFixes(lines, from)}];
  });
}

/** Finds the CVE numbers in the entries of a changelog above that of a version; in the newest entry if that version has none. */
function findFixes(lines: readonly string[], version: string): readonly string[] {
  const entries: {readonly version: string; readonly fixes: string[]}[] = [];
  for (const line of lines) {
    const [, heading] = /^\S+ \(([^)]+)\)/.exec(line) ?? [];
    if (heading !== undefined) entries.push({version: heading, fixes: []});
    else if (/^CVE-\d+-\d+$/.test(line)) entries.at(-1)?.fixes.push(line);
  }
  // A binary package that was built again has the version of its source with +b1.
  const source = version.replace(/\+b\d+$/, '');
  const known = entries.findIndex(each => each.version === source);
  const newer = entries.slice(0, known < 0 ? 1 : known);
  return [...new Set(newer.flatMap(({fixes}) => fixes))].toSorted();
}
