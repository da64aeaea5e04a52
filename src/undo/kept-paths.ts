import type {Place} from '../model/place.ts';
import type {Snapshot} from '../model/snapshot.ts';

/** A path to put back, with what it has to wait for. */
export type KeptPath = Pick<Snapshot, 'name' | 'was' | 'bytes'> & {
  /** Whether it goes with all that is in it. */
  readonly isOurs: boolean;
  /** Directories that have to be there again before it is. */
  readonly above: readonly string[];
  /** What has to be gone from it before it can go. */
  readonly below: readonly string[];
};

/** Whether a path is another or below it. */
export function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** Directories of Debian's, where others may have put something meanwhile. */
const isShared = (path: string) =>
  /^\/(etc|usr|var\/lib)\//.test(path) && !/^\/(etc|var\/lib)\/jitsi-onebox/.test(path);

/** What of the kept paths has to be put back: nothing was below what was not there, whatever a later record says. */
export function simplifyPaths(kept: readonly Snapshot[]): readonly KeptPath[] {
  const paths = kept.filter(({thing}) => thing === 'path');
  const absent = paths.filter(({was}) => was.type === 'absent').map(({name}) => name);
  const isUnder = (name: string, root: string) => name !== root && isBelow(name, root);
  return paths
    .filter(({name}) => !absent.some(root => !isShared(root) && isUnder(name, root)))
    .map(({name, was, bytes}) => {
      const isAbsent = was.type === 'absent' || absent.some(root => isUnder(name, root));
      const others = paths.map(other => other.name);
      return {
        name,
        was: isAbsent ? {type: 'absent'} : was,
        ...(bytes && !isAbsent && {bytes}),
        isOurs: !isShared(name),
        above: isAbsent ? [] : others.filter(other => isUnder(name, other) && !absent.includes(other)),
        below: isAbsent && isShared(name) ? others.filter(other => isUnder(other, name)) : [],
      };
    });
}

const places: readonly (readonly [RegExp, Place])[] = [
  [/nginx|certbot|letsencrypt|\/tls|stand-in|jitsi-onebox$|renew_meet/, 'nginx'],
  [/haproxy/, 'haproxy'],
  [/mmproxy|guard/, 'mmproxy'],
  [/turn/, 'turn'],
];

/** The box of the map that a path or unit belongs to. */
export function findPlace(name: string): Place {
  return places.find(([pattern]) => pattern.test(name))?.[1] ?? 'host';
}
