import type {Host} from '../model/host.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Work} from '../model/resource.ts';
import {explainApt, runApt} from './apt.ts';

const directory = '/etc/apt/sources.list.d';

/** A source of apt that did not answer, with the file and line that name it. */
export type DeadSource = {readonly name: string; readonly place: string | undefined};

/**
 * Fetches apt's index. Sources that fail are returned, since the packages may come from others; everything else that goes wrong is
 * thrown.
 */
export async function updateIndex(work: Work): Promise<readonly DeadSource[]> {
  try {
    await runApt(work, ['apt-get', '-q', 'update']);
    return [];
  } catch (error) {
    const names = error instanceof CommandFailed ? listFailed(error.tail) : [];
    if (names.length === 0) throw explainApt(error);
    const dead = await Promise.all(names.map(async name => ({name, place: await findPlace(work.host, name)})));
    for (const source of dead)
      work.output({stream: 'stderr', line: `${describe(source)} does not answer; going on without`});
    return dead;
  }
}

const describe = ({name, place}: DeadSource) => (place === undefined ? name : `${name} (${place})`);

/** Finds the sources that apt complains about: `http://host/path`, or `cdrom:[…]/`. */
function listFailed(tail: readonly string[]): readonly string[] {
  const found = tail.flatMap(line => {
    const [, quoted] = /^E: The repository '((?:cdrom:\[[^\]]*\]|\S+?)\/?)[ '].*/.exec(line) ?? [];
    const [, fetched] = /^[EW]: Failed to fetch (\S+?)(?:\/dists\/\S*)?(?: |$)/.exec(line) ?? [];
    return [quoted, fetched].filter(each => each !== undefined).map(each => each.replace(/\/+$/, ''));
  });
  return [...new Set(found)];
}

/** Finds the line that names a source; a cdrom is any line with that word. */
async function findPlace({files}: Host, name: string): Promise<string | undefined> {
  const more = (await files.list(directory)) ?? [];
  const paths = ['/etc/apt/sources.list', ...more.map(each => `${directory}/${each}`)];
  const wanted = name.startsWith('cdrom:') ? 'cdrom:' : name;
  for (const path of paths) {
    const lines = ((await files.read(path).catch(() => undefined)) ?? '').split('\n');
    const index = lines.findIndex(line => !/^\s*#/.test(line) && names(line, wanted));
    if (index >= 0) return `${path}:${index + 1}`;
  }
  return undefined;
}

/** Returns whether a line names a source, and not one whose path only begins like it. */
function names(line: string, wanted: string): boolean {
  const parts = line.split(wanted).slice(1);
  return parts.some(rest => wanted === 'cdrom:' || /^\/?(?:[\s"]|$)/.test(rest));
}

/** Says how to switch a source off: in a .sources file, a paragraph without its line is broken. */
function adviseOn(place: string | undefined): string {
  const isParagraph = place !== undefined && /\.sources:\d+$/.test(place);
  return isParagraph
    ? `Write “Enabled: no” into the paragraph of a source that is gone (${place})`
    : `Put a # before the line of a source that is gone (${place ?? 'below /etc/apt'})`;
}

/** Explains a failed installation, also by the sources that did not answer before. */
export function explainWithout(dead: readonly DeadSource[], error: unknown): unknown {
  if (dead.length === 0 || !(error instanceof CommandFailed)) return explainApt(error);
  const [first] = dead;
  const places = dead.map(describe).join(', ');
  return new Problem({
    code: 'mirror-failed',
    summary: `apt could not install the packages, and these sources do not answer: ${places}\n${error.tail.filter(line => line.startsWith('E:')).join('\n')}`,
    remedy: `${adviseOn(first?.place)}, or wait until it answers, then run jitsi-onebox again.`,
    cause: error,
  });
}
