import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {makePlan} from '../../src/engine/plan.ts';
import {composeService} from '../../src/resources/compose-service.ts';
import {containerImage, restoreImage} from '../../src/resources/container-image.ts';
import type {MemoryHost} from '../fakes/memory-host.ts';
import {createEngine, healthy, project} from '../resources/compose-engine.ts';
import {compare, converge, required} from '../resources/work.ts';

const name = 'example.org/web:1';
const [first, moved] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
const history = '/var/lib/jitsi-onebox/image-history.yaml';
const digests = '/var/lib/jitsi-onebox/images.yaml';
const image = containerImage({name, title: 'Image', place: 'web', needs: []});
const service = composeService({
  project,
  service: 'web',
  title: 'Web',
  place: 'web',
  needs: [],
  digest: 'new',
  reads: [],
  image: name,
});

/** Makes a host whose registry knows both images; the tag means the second one by now. */
async function createHost(recorded?: string): Promise<MemoryHost> {
  const host = createEngine([{...healthy, image: 'id'}]);
  Object.assign(host.registry, {[name]: moved, 'example.org/web:former': first});
  host.commands['docker tag'] = ({argv: [, , from = '', to = '']}, {images}) => {
    images[to] = images[from] ?? '';
    return '';
  };
  if (recorded !== undefined) await host.files.write(digests, `${name}: ${recorded}\n`, {mode: 0o644, uid: 0, gid: 0});
  host.changes.length = 0;
  return host;
}

const read = async ({files}: MemoryHost) => parse((await files.read(digests)) ?? '{}');
const summaries = async (host: MemoryHost) => (await compare(image, host)).map(({summary}) => summary);

test('s2: an image that is gone is pulled again by its recorded digest, whatever the tag means by now', async () => {
  const host = await createHost(first);
  expect(await summaries(host)).toEqual([`pull ${name} as it was recorded: ${first}`]);
  await converge(image, host);
  expect(host.changes).toEqual([
    `pull ${name}@${first}`,
    `write ${history}`,
    `run docker tag example.org/web@${first} ${name}`,
  ]);
  expect([host.images[name], await summaries(host)]).toEqual([first, []]);
});

test('s2: a tag that was moved on this host is shown as what it is, and the recorded image restored', async () => {
  const host = await createHost(first);
  Object.assign(host.images, {[name]: moved, [`example.org/web@${first}`]: first});
  expect(await summaries(host)).toEqual([
    `${name} was moved to another image (${moved}): restore the recorded one (${first})`,
  ]);
  expect((await makePlan({resources: [image], host})).warnings).toEqual([
    expect.objectContaining({code: 'image-moved'}),
  ]);
  const snapshots = await image.record(host, await image.read(host), []);
  expect(snapshots[0]).toMatchObject({thing: 'image', was: {type: 'value', value: moved}});
  await converge(image, host);
  // It is still here, so no registry is asked.
  expect(host.changes).toEqual([`run docker tag example.org/web@${first} ${name}`]);
  expect([host.images[name], await read(host), await summaries(host)]).toEqual([first, {[name]: first}, []]);
  const {pulled} = restoreImage(present(snapshots[0]), {project: 'jitsi', keepsBuilds: false});
  await converge(required(pulled[0]), host);
  expect(host.images[name], 'an undo restores the other one').toBe(moved);
});

test('s2: an image that was here before is recorded as it is', async () => {
  const host = await createHost();
  host.images[name] = moved;
  expect(await summaries(host)).toEqual([`record which image ${name} is: ${moved}`]);
  await converge(image, host);
  expect([host.changes, await read(host)]).toEqual([[`write ${digests}`], {[name]: moved}]);
});

test.each([
  ['the recorded image', {id: first}, []],
  ['another one', {id: moved}, ['recreate web: it runs another image than the recorded one']],
  ['one that the Engine does not know', {}, []],
])('s2: a container runs %s', async (_what, images, expected) => {
  const host = await createHost(first);
  Object.assign(host.images, images);
  expect((await compare(service, host)).map(({summary}) => summary)).toEqual(expected);
});

test('s2: nothing asks a registry when nothing differs, and a broken record is made anew', async () => {
  const host = await createHost(first);
  host.images[name] = first;
  expect([await summaries(host), host.asked]).toEqual([[], []]);
  for (const text of ['{[', '- a', 'web: {}', '']) {
    await host.files.write(digests, text, {mode: 0o644, uid: 0, gid: 0});
    expect(await summaries(host)).toEqual([`record which image ${name} is: ${first}`]);
  }
});

test('s2: an image that the settings name by its digest is pulled by it', async () => {
  const host = await createHost();
  const exact = `example.org/web:former@${first}`;
  host.registry[exact] = first;
  const exactImage = containerImage({name: exact, title: 'Image', place: 'web', needs: []});
  await converge(exactImage, host);
  expect(host.changes).toEqual([`pull ${exact}`, `write ${history}`, `write ${digests}`]);
  expect(await compare(exactImage, host)).toEqual([]);
});

function present<T>(value: T | undefined): T {
  return value ?? expect.fail('nothing is there');
}
