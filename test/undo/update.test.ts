import {mkdir, mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {filesOf, writeRequest} from '../../src/engine/run-files.ts';
import type {AnyRequest} from '../../src/model/request.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {digestLabel} from '../../src/resources/compose.ts';
import {readHistory} from '../../src/resources/image-record.ts';
import {findBrokenUpdate} from '../../src/undo/broken-update.ts';
import {drawUndo} from '../../src/undo/draw.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createWork} from '../resources/work.ts';

const name = 'example.org/web:1';
const repository = 'example.org/web';
const was = {
  type: 'project',
  directory: '/srv/jitsi',
  argv: ['docker', 'compose'],
  running: ['web'],
  stopped: [],
} as const;
const project: Snapshot = {thing: 'project', name: 'jitsi', was};
const composeFile = `services: {web: {image: '${name}', labels: {${digestLabel}: x}}}\n`;
const rest = {removesPackages: false, others: {nginx: false, docker: false, lineages: []}} as const;

/** A host on which the name means one digest and the container runs another one. */
function createHost(tagged: string, running: string) {
  const container = {
    id: 'c',
    service: 'web',
    labels: {[digestLabel]: 'x'},
    running: true,
    image: `id-${running}`,
  } as const;
  return createMemoryHost({
    files: {
      '/var/lib/jitsi-onebox': {directory: true},
      '/var/lib/docker': {directory: true},
      '/var/lib/jitsi-onebox/images.yaml': `${name}: sha256:new\n`,
    },
    images: {
      [name]: `sha256:${tagged}`,
      [`${repository}@sha256:old`]: 'sha256:old',
      [`${repository}@sha256:new`]: 'sha256:new',
      [`id-${running}`]: `sha256:${running}`,
    },
    containers: {jitsi: [{...container, health: 'healthy', started: 1, restarts: 0, healthOutput: ''}]},
    commands: {'docker ps': '', 'docker network inspect': {exitCode: 1}},
  });
}

describe('the undo of an update', () => {
  const snapshots: readonly Snapshot[] = [
    project,
    {thing: 'image', name, was: {type: 'value', value: 'sha256:old'}},
    {thing: 'image', name: `${repository}@sha256:new`, was: {type: 'absent'}},
  ];
  const planUndo = async (tagged: string, running: string, recorded = snapshots) => {
    const resources = drawUndo({
      aim: 'undo',
      snapshots: recorded,
      composeFiles: {'/srv/jitsi/compose.yaml': composeFile},
      ...rest,
    });
    const {changes} = await makePlan({resources, host: createHost(tagged, running)});
    return changes.map(({id, change}) => `${change} ${id}`);
  };

  test('moves the name back, makes the container again from it, and removes the new image', async () => {
    expect(await planUndo('new', 'new')).toEqual([
      `update image:${name}`,
      'restart container:web',
      `remove image:${repository}@sha256:new`,
    ]);
  });

  test('makes a container that did not run again from the former image, since nothing could remove the new one else', async () => {
    const stopped: Snapshot = {...project, was: {...was, running: [], stopped: ['web']}};
    expect(await planUndo('new', 'new', [stopped, ...snapshots.slice(1)])).toEqual([
      'remove project:jitsi',
      `update image:${name}`,
      'update container:web',
      `remove image:${repository}@sha256:new`,
    ]);
  });

  test('leaves a container alone that was not reached when the power failed', async () => {
    expect(await planUndo('new', 'old')).not.toContain('restart container:web');
  });
});

describe('the undo of a rebuild', () => {
  const built = 'localhost/jitsi-onebox/web:1-abc';
  const image = (each: string, state: Snapshot['was']): Snapshot => ({thing: 'image', name: each, was: state});
  const snapshots = [image(name, {type: 'value', value: 'sha256:old'}), image(built, {type: 'absent'})];
  const draw = (aim: 'undo' | 'purge', all: readonly Snapshot[]) =>
    drawUndo({aim, snapshots: all, composeFiles: {}, ...rest}).flatMap(each =>
      each.id === `image:${built}` ? [{...each, needs: []}] : [],
    );
  const createBuilt = () => {
    const host = createHost('new', 'new');
    host.images[built] = 'sha256:built';
    host.commands['docker image inspect'] = 'sha256:old\n';
    return host;
  };
  const summarize = async (resources: ReturnType<typeof draw>) =>
    (await makePlan({resources, host: createBuilt()})).changes.flatMap(each =>
      each.differences.map(({summary}) => summary),
    );

  test('keeps the rebuilt image for its own undo, and writes down that an update may remove it', async () => {
    const [kept] = draw('undo', snapshots);
    const host = createBuilt();
    expect(await summarize(draw('undo', snapshots))).toEqual([
      `keep ${built} until the next update, for an undo of this undo`,
    ]);
    await kept?.apply(createWork(host), await kept.read(host), []);
    expect(await readHistory(host)).toEqual([{name: built, digest: 'sha256:built', base: 'sha256:old'}]);
    expect(kept?.diff(await kept.read(host), {changes: () => []})).toEqual([]);
  });

  test('removes it with the image that it was built from, and a purge does too', async () => {
    const removal = [`remove the image ${built}`];
    const pulled = image(`${repository}@sha256:new`, {type: 'absent'});
    expect(await summarize(draw('undo', [...snapshots, pulled]))).toEqual(removal);
    expect(await summarize(draw('purge', snapshots))).toEqual(removal);
  });
});

test('an uninstallation removes an image that has only a digest after the names', () => {
  const image = (each: string): Snapshot => ({thing: 'image', name: each, was: {type: 'absent'}});
  const snapshots = [image(`${repository}@sha256:old`), image(name)];
  const resources = drawUndo({aim: 'purge', snapshots, composeFiles: {}, ...rest});
  expect(resources.find(({id}) => id.includes('@'))?.needs).toContain(`image:${name}`);
});

describe('an update that broke off', () => {
  let base = '';
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'onebox-'));
  });
  const update = {command: 'update', settings: '', facts: '', images: {}} as const;
  const [first, second] = ['20261122T080000Z', '20261122T090000Z'];
  const undo = {command: 'undo', run: first, packages: false} as const;

  async function writeRun(run: string, request: AnyRequest, exit: number | undefined, changed = true): Promise<void> {
    const files = filesOf(run, base);
    await mkdir(changed ? join(files.directory, 'before') : files.directory, {recursive: true});
    if (changed) await writeFile(join(files.directory, 'before', 'image-x.json'), '{}');
    await writeRequest(files, {...request, digest: '', approved: [], by: 'root'});
    const outcome = exit === 0 ? 'done' : 'failed';
    const end = {v: 1, at: '2026-11-22T08:00:00Z', type: 'run-finished', outcome, exit, counts: {}, ms: 1};
    if (exit !== undefined) await writeFile(files.path, `${JSON.stringify(end)}\n`);
  }

  test('is found, also if its undo broke off', async () => {
    expect(await findBrokenUpdate(base)).toBeUndefined();
    await writeRun(first, update, undefined);
    expect(await findBrokenUpdate(base)).toBe(first);
    await writeRun(second, undo, undefined);
    expect(await findBrokenUpdate(base)).toBe(first);
  });

  test('is found behind the directory of a run that never began', async () => {
    await writeRun(first, update, undefined);
    await mkdir(join(base, second));
    expect(await findBrokenUpdate(base)).toBe(first);
  });

  test.each([1, 130])('is found if a reboot let it or its undo report exit status %i', async exit => {
    await writeRun(first, update, exit);
    expect(await findBrokenUpdate(base)).toBe(first);
    await writeRun(second, undo, exit);
    expect(await findBrokenUpdate(base)).toBe(first);
  });

  test('is none if it changed nothing, worked, or was taken back', async () => {
    for (const exit of [undefined, 1]) {
      await writeRun(first, update, exit, false);
      expect(await findBrokenUpdate(base)).toBeUndefined();
    }
    await writeRun(first, update, 0);
    expect(await findBrokenUpdate(base)).toBeUndefined();
    await writeRun(first, update, 1);
    await writeRun(second, undo, 0);
    expect(await findBrokenUpdate(base)).toBeUndefined();
  });
});
