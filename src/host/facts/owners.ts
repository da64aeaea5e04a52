import type {Host} from '../../model/host.ts';
import {query, readIfAllowed} from './ask.ts';

/** Finds the system unit of a process. User sessions are left out: nobody should be asked to stop one. */
export async function findUnit(host: Host, pid: number): Promise<string | undefined> {
  const groups = (await readIfAllowed(host, `/proc/${pid}/cgroup`)) ?? '';
  const [, unit] = /\/([^/\n]+\.service)(?:\/|$)/m.exec(groups) ?? [];
  return unit?.startsWith('user@') ? undefined : unit;
}

/** Finds the Debian package of each process's program. */
export async function findPackages(host: Host, pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const programs = await Promise.all(pids.map(async pid => [pid, await findProgram(host, pid)] as const));
  const paths = [...new Set(programs.flatMap(([, path]) => path ?? []))];
  if (paths.length === 0) return new Map();
  // The exit code is 1 if one path belongs to no package; the output is still right for the others.
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

/** Lists both paths of a program: since /bin became a link to /usr/bin, dpkg knows some programs by only one of them. */
function spellings(path: string): string[] {
  return path.startsWith('/usr/') ? [path, path.slice('/usr'.length)] : [path, `/usr${path}`];
}

/** Parses `dpkg-query -S`: the first package of each path, without its architecture. */
export function parseOwners(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^([a-z0-9][a-z0-9.+-]*)(?::\S+?)?(?:, [^:]+)*(?::[a-z0-9]+)?: (\/.+)$/gm);
  return new Map([...lines].map(([, name = '', path = '']) => [path, name]));
}
