import {createHash} from 'node:crypto';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {directory, directoryId, type FileResource, file, isFileResource} from './path.ts';
import {isSame} from './path-state.ts';

const keptDirectory = '/var/lib/jitsi-onebox/kept';

/** Returns the path of the text that a kept file is merged from: the last one that jitsi-onebox wrote, or would have written. */
export const basePath = (path: string) =>
  `${keptDirectory}/${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;

type KeptState = {readonly inner: Resource; readonly state: unknown};

/** Keeps the user's changes of some files: what is new in ours is merged into theirs, as git does. */
export function keepFiles(resources: readonly Resource[], paths: readonly string[]): readonly Resource[] {
  const isKept = (each: Resource) => isFileResource(each) && paths.includes(each.file.path);
  if (!resources.some(isKept)) return resources;
  const home = directory({
    path: keptDirectory,
    title: 'Directory for what kept files were made from',
    place: 'host',
    attributes: {mode: 0o700, uid: 0, gid: 0},
  });
  return [home, ...resources.flatMap(each => (isFileResource(each) && isKept(each) ? keptFile(each) : [each]))];
}

function keptFile(ours: FileResource): readonly Resource[] {
  const {path, bytes, withBytes} = ours.file;
  const kept: Resource<KeptState> = {
    ...ours,
    title: `${ours.title}, with your changes`,
    async read(host) {
      const inner = withBytes(await merge(host, path, bytes));
      return {inner, state: await inner.read(host)};
    },
    diff: ({inner, state}, outlook) => inner.diff(state, outlook),
    record: (host, {inner, state}, differences) => inner.record(host, state, differences),
    apply: (work, {inner, state}, differences) => inner.apply(work, state, differences),
  };
  const base = file({
    path: basePath(path),
    title: `What ${path} was made from`,
    place: ours.place,
    content: bytes,
    attributes: {mode: 0o600, uid: 0, gid: 0},
    // Only after the merge: until then it is what the user's changes are compared with.
    needs: [ours.id, directoryId(keptDirectory)],
  });
  return [kept as Resource, base];
}

/** Merges three texts: the user's, ours of then, and ours of now. */
async function merge({files, query}: Host, path: string, ours: Uint8Array): Promise<Uint8Array> {
  const [mine, base] = await Promise.all([path, basePath(path)].map(each => files.readBytes(each)));
  if (mine === undefined) return ours;
  if (base === undefined || isSame(base, ours)) return mine;
  if (isSame(base, mine)) return ours;
  const argv = ['diff3', '--merge', path, basePath(path), '-'] as const;
  const {exitCode, stdout, stderr} = await query({argv, input: Buffer.from(ours).toString()});
  if (exitCode === 0) return Buffer.from(stdout);
  throw new Problem({
    code: 'merge-conflict',
    summary: `${path} has changes of yours that do not fit what jitsi-onebox has to change there now.`,
    why: exitCode === 1 ? 'Both change the same lines.' : stderr.trim(),
    remedy: `Take ours with \`jitsi-onebox doctor --take ${path}\`, apply, then make your changes again and keep them.`,
  });
}

/** A file that the user may change and keep: it holds no secret. */
export type KeepableFile = {readonly path: string; readonly bytes: Uint8Array; readonly base: string};

/** Lists the files whose changes can be kept. */
export function listKeepable({resources}: {readonly resources: readonly Resource[]}): readonly KeepableFile[] {
  return resources.flatMap(each => {
    if (!isFileResource(each) || each.file.isSecret || each.file.path.startsWith(keptDirectory)) return [];
    const {path, bytes} = each.file;
    return [{path, bytes, base: basePath(path)}];
  });
}
