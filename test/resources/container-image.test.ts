import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {containerImage, pulledImage, restoreImage} from '../../src/resources/container-image.ts';
import {publicFile} from '../../src/resources/path.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createEngine} from './compose-engine.ts';
import {testContract} from './contract.ts';
import {compare, converge, required} from './work.ts';

const image = (name: string) => containerImage({name, title: 'Image', place: 'web', needs: []});

testContract([
  {
    name: 'a missing image',
    resource: image('example.org/web:1'),
    machine: () => createEngine([]),
    differs: ['pull'],
    does: [
      'pull example.org/web:1',
      'write /var/lib/jitsi-onebox/image-history.yaml',
      'write /var/lib/jitsi-onebox/images.yaml',
    ],
  },
]);

test('images that are pulled at the same time are all recorded', async () => {
  const host = createEngine([]);
  const works = await Promise.all(['example.org/web:1', 'example.org/turn:1'].map(name => converge(image(name), host)));
  expect(parse((await host.files.read('/var/lib/jitsi-onebox/images.yaml')) ?? '')).toEqual({
    'example.org/web:1': 'sha256:1',
    'example.org/turn:1': 'sha256:2',
  });
  expect(works[0]?.steps).toEqual([{done: 1, total: 1, unit: 'bytes', part: 'layer'}]);
});

test('an image is recorded after another one could not be pulled', async () => {
  const host = createEngine([]);
  await expect(converge(image('example.org/none:1'), host)).rejects.toMatchObject({code: 'image-pull-failed'});
  await converge(image('example.org/web:1'), host);
  expect(host.changes.at(-1)).toBe('write /var/lib/jitsi-onebox/images.yaml');
});

test('an image that a foreign container uses is kept', async () => {
  const snapshot = {thing: 'image', name: 'example.test/web:1', was: {type: 'absent'}} as const;
  const removal = required(restoreImage(snapshot, {project: 'jitsi', keepsBuilds: false}).removed[0]);
  const usedBy = (...projects: readonly string[]) =>
    createMemoryHost({
      images: {'example.test/web:1': 'sha256:1'},
      commands: {'docker ps': projects.map(project => `abc ${project}\n`).join('')},
    });
  expect(await compare(removal, usedBy('jitsi'))).toHaveLength(1);
  expect(await compare(removal, usedBy())).toHaveLength(1);
  expect(await compare(removal, usedBy('jitsi', ''))).toEqual([]);
});

test('an image is pulled by the digest of an update, and its name is moved only then', async () => {
  const host = createEngine([]);
  await converge(image('example.org/web:1'), host);
  host.registry['example.org/web:1'] = 'sha256:3';
  host.commands['docker tag'] = ({argv: [, , from = '', to = '']}) => {
    host.images[to] = host.images[from] ?? '';
    return '';
  };
  const options = {name: 'example.org/web:1', title: 'Image', place: 'web', needs: [], digest: 'sha256:3'} as const;
  host.changes.length = 0;
  expect(await compare(pulledImage(options), host)).toMatchObject([{change: 'pull'}]);
  await host.docker.pull('example.org/web@sha256:3', {onProgress: () => undefined});
  expect(await compare(pulledImage(options), host)).toEqual([]);
  host.images['example.org/web:1'] = 'sha256:1';
  const [difference] = await compare(containerImage(options), host);
  expect(difference).toEqual({
    change: 'update',
    summary: 'change example.org/web:1 from sha256:1 to sha256:3',
    content: true,
  });
  await converge(containerImage(options), host);
  expect(await host.files.read('/var/lib/jitsi-onebox/images.yaml')).toContain('sha256:3');
  // Killed between the name and the record: the record is still to be made.
  await host.files.write('/var/lib/jitsi-onebox/images.yaml', 'example.org/web:1: sha256:1\n', publicFile);
  expect(await compare(containerImage(options), host)).toHaveLength(1);
});
