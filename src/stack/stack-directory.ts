import {dirname} from 'node:path';
import type {FileState, Host} from '../model/host.ts';
import {isWithin} from '../model/within.ts';
import {webroot} from './names.ts';

/** Directories that an update, an undo or a package empties, or that a web server shows. */
const owned: readonly (readonly [owner: string, paths: readonly string[]])[] = [
  ['jitsi-onebox', ['/opt/jitsi-onebox', '/var/lib/jitsi-onebox', webroot]],
  ['Docker', ['/var/lib/docker', '/var/lib/containerd', '/opt/containerd']],
  ['the web server', ['/var/www', '/var/lib/nginx']],
  ['a package', ['/var/lib/haproxy', '/var/lib/letsencrypt']],
];

/** Finds the reason why others could replace a stack directory or what is in it; undefined where only root can. */
export async function findExposure(host: Host, directory: string): Promise<string | undefined> {
  for (const [owner, paths] of owned) {
    const above = paths.find(path => isWithin(directory, path));
    if (above !== undefined) return `${above} belongs to ${owner}`;
  }
  return findOpenParent(host, directory);
}

/** Finds the reason why somebody else than root could put another file or directory at a path. */
export async function findOpenParent(host: Host, path: string): Promise<string | undefined> {
  for (const parent of listParents(path)) {
    const state = await host.files.stat(parent).catch(() => undefined);
    const reason = state && (await judgeParent(host, parent, state));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Lists the directories above a path, from the top down. */
function listParents(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...listParents(parent), parent];
}

/** Returns why somebody else than root could rename what is in a directory. */
async function judgeParent(host: Host, path: string, {type, uid, gid, mode}: FileState): Promise<string | undefined> {
  if (type === 'link') return `${path} is a link to ${await host.files.readLink(path)}`;
  if (type !== 'directory') return `${path} is no directory`;
  if (uid !== 0) return `${path} belongs to the user with number ${uid}, not to root`;
  if ((mode & 0o002) !== 0) return `everybody may write in ${path}`;
  return (mode & 0o020) !== 0 && gid !== 0 ? `the group with number ${gid} may write in ${path}` : undefined;
}
