import {filesOf, listRuns, tryRequest} from '../engine/run-files.ts';
import {readOthers} from '../host/others.ts';
import {beforeDirectory, originalsDirectory, readStores} from '../host/snapshots.ts';
import type {Host} from '../model/host.ts';
import type {UndoRequest} from '../model/request.ts';
import type {Resource} from '../model/resource.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {listPulled} from '../resources/former-images.ts';
import {isOwnSite, programDirectory} from '../stack/index.ts';
import {drawUndo, removeProgram} from './draw.ts';

const launcher = '/usr/local/bin/jitsi-onebox';

/** Draws an undo or an uninstallation from the stores and the state of this host. */
export async function drawFromStores(host: Host, request: UndoRequest): Promise<readonly Resource[]> {
  const isUndo = request.command === 'undo';
  const stored = await readStores(isUndo ? await storesSince(request.run) : [originalsDirectory]);
  const known = new Set(stored.flatMap(({thing, name}) => (thing === 'image' ? [name] : [])));
  const pulled = isUndo ? [] : (await listPulled(host)).filter(({name}) => !known.has(name));
  const snapshots = [...stored, ...pulled];
  const isPurge = !isUndo && request.purge;
  const resources = drawUndo({
    aim: isUndo ? 'undo' : isPurge ? 'purge' : 'uninstall',
    snapshots,
    removesPackages: isUndo ? request.packages : true,
    others: await readOthers(host, {...oursOf(snapshots), isOwnSite}),
    composeFiles: await readComposeFiles(host, snapshots),
  });
  return isPurge
    ? [...resources, ...removeProgram([originalsDirectory, ...(await findProgram(host))], resources)]
    : resources;
}

/**
 * Returns the stores to restore from: this run's first, then those of every later run, for things that only they touched. Earlier
 * attempts to undo this run are skipped.
 */
async function storesSince(run: string): Promise<readonly string[]> {
  const runs = (await listRuns()).filter(each => each >= run);
  const requests = await Promise.all(runs.map(each => tryRequest(filesOf(each))));
  const isAttempt = (index: number) => {
    const request = requests[index];
    return request?.command === 'undo' && request.run === run;
  };
  return runs.filter((_, index) => !isAttempt(index)).map(each => beforeDirectory(filesOf(each).directory));
}

function oursOf(snapshots: readonly Snapshot[]) {
  const snapshotsOf = (thing: Snapshot['thing']) => snapshots.filter(each => each.thing === thing);
  return {
    projects: snapshotsOf('project').map(({name}) => name),
    lineages: snapshotsOf('lineage').flatMap(({name, was}) => (was.type === 'absent' ? [name] : [])),
  };
}

async function readComposeFiles(host: Host, snapshots: readonly Snapshot[]): Promise<Readonly<Record<string, string>>> {
  const paths = snapshots.flatMap(({was}) => (was.type === 'project' ? [`${was.directory}/compose.yaml`] : []));
  // Compose cannot read a file that is too large for us.
  const read = (path: string) => host.files.read(path).catch(() => undefined);
  const texts = await Promise.all(paths.map(async path => [path, await read(path)] as const));
  return Object.fromEntries(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
}

/** Finds the program where install.sh puts it; one that apt installed is removed with apt. */
async function findProgram({files}: Host): Promise<readonly string[]> {
  const link = (await files.readLink(launcher)) ?? '';
  return link.startsWith(`${programDirectory}/`) ? [launcher, programDirectory] : [];
}
