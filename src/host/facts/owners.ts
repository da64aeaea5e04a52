import type {Host} from '../../model/host.ts';
import {query, readIfAllowed} from './ask.ts';

/** Finds the system's unit that a process belongs to. A user's session counts as none: nobody should be told to stop it. */
export async function findUnit(host: Host, pid: number): Promise<string | undefined> {
  const groups = (await readIfAllowed(host, `/proc/${pid}/cgroup`)) ?? '';
  const [, unit] = /\/([^/\n]+\.service)(?:\/|$)/m.exec(groups) ?? [];
  return unit?.startsWith('user@') ? undefined : unit;
}

/** Finds the Debian packages that the programs of some processes come from, by process. */
export async function findPackages(host: Host, pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const programs = await Promise.all(pids.map(async pid => [pid, await findProgram(host, pid)] as const));
  const paths = [...new Set(programs.flatMap(([, path]) => path ?? []))];
  if (paths.length === 0) return new Map();
  // A path that belongs to no package makes the exit code 1; the others are answered all the same.
  const {stdout} = await query(host, 'dpkg-query', '-S', ...paths.flatMap(spellings));
  const owners = parseOwners(stdout);
  return new Map(
    programs.flatMap(([pid, path = '']) => {
      const owner = spellings(path).flatMap(spelling => owners.get(spelling) ?? [])[0];
      return owner === undefined ? [] : [[pid, owner] as const];
    }),
  );
}

async function findProgram(host: Host, pid: number): Promise<string | undefined> {
  const target = await host.files.readLink(`/proc/${pid}/exe`).catch(() => undefined);
  // An upgrade replaces the file under a running process.
  return target?.startsWith('/') ? target.replace(/ \(deleted\)$/, '') : undefined;
}

/** Since /bin became a link to /usr/bin, dpkg knows some programs by the one path and some by the other. */
function spellings(path: string): string[] {
  return path.startsWith('/usr/') ? [path, path.slice('/usr'.length)] : [path, `/usr${path}`];
}

/** Reads `dpkg-query -S`: the first package that has a path, without its architecture. */
export function parseOwners(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^([a-z0-9][a-z0-9.+-]*)(?::\S+?)?(?:, [^:]+)*(?::[a-z0-9]+)?: (\/.+)$/gm);
  return new Map([...lines].map(([, name = '', path = '']) => [path, name]));
}
