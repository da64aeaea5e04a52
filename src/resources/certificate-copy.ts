import type {FileAttributes, Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Difference, Outlook, Resource} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {snapshotPaths} from './path-snapshots.ts';
import {fileId} from './path-state.ts';
import {tlsPath} from './stand-in-certificate.ts';

export type CertificateCopyOptions = {
  readonly name: string;
  readonly place: Place;
  readonly directory: string;
  readonly attributes: FileAttributes;
  /** The deploy hook that copies: the one certbot runs after a renewal. */
  readonly hook: string;
  readonly needs: readonly string[];
};

type CopyState = {
  /** The domain; undefined where there is no deploy hook that says it. */
  readonly name: string | undefined;
  readonly stale: readonly string[];
};

const files = ['fullchain.pem', 'privkey.pem'] as const;

/** The id of a copy. */
export const certificateCopyId = (directory: string) => `certificate-copy:${directory}`;

/** The files of a copy. */
export const copiedFiles = (directory: string) => files.map(file => `${directory}/${file}`);

/** A copy of the certificate in use for a service that may not read /etc/letsencrypt, owned by its own user. */
export function certificateCopy(options: CertificateCopyOptions): Resource<CopyState> {
  const {name, directory, attributes, needs} = options;
  return copyResource({
    ...options,
    title: `Certificate of ${name} for its service`,
    needs,
    read: async host => ({name, stale: await findStale(host, {name, directory, attributes})}),
    isDue: () => false,
  });
}

/**
 * A copy made again from what undo restored: what was copied then may be older by now than the lineage. The restored deploy hook says
 * which domain it is for, and who owns it. A snapshot has the hook's path as its value.
 */
export function restoreCopy({name: directory, was, place = 'turn'}: Snapshot) {
  if (was.type !== 'value') return undefined;
  const hook = was.value;
  return copyResource({
    directory,
    hook,
    place,
    title: 'Certificate for the relay, copied again',
    needs: [],
    async read(host) {
      const text = (await host.files.read(hook)) ?? '';
      const [, name] = /^name=(.+)$/m.exec(text) ?? [];
      const uid = Number(/ -o (\d+) -g /.exec(text)?.[1]);
      const attributes = {mode: 0o400, uid, gid: uid};
      return {name, stale: name === undefined ? [] : await findStale(host, {name, directory, attributes})};
    },
    isDue: ({name = ''}, outlook) => [hook, tlsPath(name)].some(path => outlook.changes(fileId(path)).length > 0),
  });
}

type Copy = Pick<CertificateCopyOptions, 'directory' | 'hook' | 'place' | 'needs'> & {
  readonly title: string;
  read(host: Host): Promise<CopyState>;
  /** Whether a change in this plan makes the copy stale. */
  isDue(state: CopyState, outlook: Outlook): boolean;
};

function copyResource({directory, hook, place, title, needs, read, isDue}: Copy): Resource<CopyState> {
  return {
    id: certificateCopyId(directory),
    title,
    place,
    kind: 'certificate',
    needs,
    locks: [],
    writes: copiedFiles(directory),
    read,
    diff(state, outlook): readonly Difference[] {
      if (outlook.changes(fileId(hook)).some(({change}) => change === 'remove')) return [];
      const stale = isDue(state, outlook) ? files : state.stale;
      if (state.name === undefined || stale.length === 0) return [];
      return [{change: 'update', summary: `copy ${stale.join(' and ')} of ${state.name} to ${directory}`}];
    },
    record: async host => [
      {thing: 'copy', name: directory, place, was: {type: 'value', value: hook}},
      ...(await snapshotPaths(host.files, copiedFiles(directory), place)),
    ],
    async apply({host}, {name = ''}) {
      await host.run({argv: [hook], env: {RENEWED_LINEAGE: tlsPath(name), RENEWED_DOMAINS: name}});
    },
  };
}

async function findStale(
  host: Host,
  {name, directory, attributes}: Pick<CertificateCopyOptions, 'name' | 'directory' | 'attributes'>,
): Promise<readonly string[]> {
  const fresh = await Promise.all(
    files.map(async file => {
      const [state, copy, source] = await Promise.all([
        host.files.stat(`${directory}/${file}`),
        host.files.read(`${directory}/${file}`),
        host.files.read(`${tlsPath(name)}/${file}`),
      ]);
      return state?.mode === attributes.mode && state.uid === attributes.uid && copy !== undefined && copy === source;
    }),
  );
  return files.filter((_, index) => !fresh[index]);
}
