import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {describeLines, type EditedLine, parseLines, rewriteLines} from './edited-lines.ts';
import {attributesOf, type FileText, readText, writeAccepted} from './moved-listens.ts';
import {fileId} from './path-state.ts';
import {awaitNewWorkers, readNewestStart} from './process-age.ts';

/** A file with sites that return to their former port. */
type Returning = {readonly name: string; readonly edited: readonly EditedLine[]; readonly file: FileText};
type SharingState = {readonly files: readonly Returning[]; readonly master: number};

/** The first of two texts is the one in which both programs have the port. */
const sharedText = ({now, before}: EditedLine) => (now.length > 1 ? (now[0] ?? before) : before);
const share = (text: string, edited: readonly EditedLine[]) => rewriteLines(text, edited, sharedText);
const restore = (text: string, edited: readonly EditedLine[]) => rewriteLines(text, edited, ({before}) => before);

/**
 * Sites of nginx on their former port too, beside the program that has it now. So there is no moment at which nobody listens there
 * when that program leaves it.
 */
export function sharedAgain(snapshots: readonly Snapshot[]): Resource<SharingState> {
  const all = snapshots.map(snapshot => ({name: snapshot.name, edited: parseLines(snapshot)}));
  return {
    id: 'shared-again:nginx',
    title: 'Sites of nginx, on their former port too',
    place: 'nginx',
    kind: 'nginx-listens',
    needs: [],
    locks: [],
    writes: all.map(({name}) => name),
    async read(host) {
      const files = await Promise.all(all.map(async each => ({...each, file: await readText(host, each.name)})));
      return {files, master: await readMaster(host)};
    },
    // Without nginx nobody asks for the sites.
    diff: ({files, master}) => (master > 0 ? files.flatMap(describeSharing) : []),
    record: (_host, {files}) =>
      files.map(({name, edited, file}) => describeLines(name, file ? reverse(file.text, edited) : [])),
    async apply(work, {files, master}) {
      for (const {edited, file} of files) {
        const remedy = 'See `nginx -t`, correct what it names, then undo again.';
        if (file) await writeAccepted(work.host, {...file, after: share(file.text, edited), remedy});
      }
      await reload(work, master);
    },
  };
}

async function readMaster(host: Host): Promise<number> {
  const {stdout} = await host.query({argv: ['systemctl', 'show', 'nginx.service', '--property=MainPID', '--value']});
  return Number(stdout);
}

function describeSharing({name, edited, file}: Returning): readonly Difference[] {
  if (!file || share(file.text, edited) === file.text) return [];
  return [{change: 'update', summary: `let ${name} listen on its former port too, before HAProxy leaves it`}];
}

/** Describes how the former and the shared lines are restored. */
function reverse(text: string, edited: readonly EditedLine[]): readonly EditedLine[] {
  const [shared, restored] = [share, restore].map(rewrite => rewrite(text, edited).split('\n'));
  return text.split('\n').flatMap((before, index): EditedLine[] => {
    const now = [shared?.[index] ?? '', restored?.[index] ?? ''].filter(each => each !== before);
    return now.length === 0 ? [] : [{now, before}];
  });
}

async function reload(work: Work, master: number): Promise<void> {
  const before = (await readNewestStart(work.host, master)) ?? 0;
  await work.host.run({argv: ['systemctl', 'reload', 'nginx.service']});
  if (await awaitNewWorkers(work, master, before)) return;
  throw new Problem({
    code: 'service-failed',
    summary: 'nginx.service does not load its configuration, in which sites listen on their former port again.',
    remedy: 'See /var/log/nginx/error.log, correct the cause, then undo again.',
  });
}

/** Lines of a foreign file as a snapshot has them. */
export function restoreLines(snapshot: Snapshot): Resource<FileText> {
  const {name: path} = snapshot;
  const edited = parseLines(snapshot);
  return {
    id: fileId(path),
    title: `Sites in ${path}, restored`,
    place: 'nginx',
    kind: 'nginx-listens',
    needs: [],
    locks: [],
    writes: [path],
    read: host => readText(host, path),
    diff(state) {
      const after = state && restore(state.text, edited);
      if (!state || after === undefined || after === state.text) return [];
      return [{change: 'update', summary: `change ${path}`, text: {before: state.text, after}, content: true}];
    },
    record: (_host, state) => (state ? [describeLines(path, reverse(state.text, edited))] : []),
    async apply({host}, state) {
      const stat = state && (await host.files.stat(state.path));
      if (state && stat) await host.files.write(state.path, restore(state.text, edited), attributesOf(stat));
    },
  };
}
