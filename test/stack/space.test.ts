import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readFacts} from '../../src/model/facts-json.ts';
import type {Change} from '../../src/model/plan.ts';
import {imageId} from '../../src/resources/container-image.ts';
import {drawStack, findSmallDisk} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from './input.ts';

const folder = new URL('../machines/', import.meta.url).pathname;
const names = readdirSync(folder).flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []);
const change = (kind: string, name: Change['change'], id = kind): Change => ({
  id,
  title: id,
  place: 'host',
  kind,
  change: name,
  differences: [],
  needs: [],
  locks: [],
});
const {images} = drawStack(makeInput()).room;
const pulls = images.map(name => change('container-image', 'pull', imageId(name)));
const all = [change('apt-packages', 'create'), ...pulls];

const roomOf = (name: string) =>
  drawStack(makeInput({facts: readFacts(readFileSync(`${folder}${name}.json`, 'utf8'))})).room;
/** A registry that does not answer. */
const refuse = () => Promise.reject(new Error('no answer'));
const sizes =
  'Need to get 100 MB/120 MB of archives.\nAfter this operation, 1,500 MB of additional disk space will be used.\n';

test.each(names)('%s has room for a whole installation, or the numbers say why not', async name => {
  const problems = await findSmallDisk(all, roomOf(name), {host: createMemoryHost(), readLayers: refuse});
  expect(problems.map(({code}) => code)).toEqual(name === 'small-disk' ? ['small-disk'] : []);
});

test('600 MB free on /var are too little, with what needs how much', async () => {
  const host = createMemoryHost({commands: {'apt-get -q --assume-no': {exitCode: 1, stdout: sizes}}});
  const [problem] = await findSmallDisk(all, roomOf('small-disk'), {host, readLayers: refuse});
  expect(problem?.summary).toBe(
    'The file system /var has 629 MB free, and this plan needs about 1.8 GB there: about 1.5 GB for 5 images, 100 MB to download them, and a reserve of 200 MB.',
  );
  expect(host.asked[0]).toContain('install docker.io');
  expect(host.changes).toEqual([]);
});

test('the registries say how large the images are; a layer of several counts once', async () => {
  const host = createMemoryHost({commands: {'apt-get -q --assume-no': {exitCode: 1, stdout: sizes}}});
  const readLayers = async (image: string) => [
    {digest: 'sha256:base', size: 100e6},
    {digest: `sha256:${image}`, size: 10e6},
  ];
  const [problem] = await findSmallDisk(all, roomOf('small-disk'), {host, readLayers});
  expect(problem?.summary).toContain('about 600 MB for 5 images');
});

test('a host that has everything already needs no room, nor does one whose room is not known', async () => {
  const host = createMemoryHost();
  expect(await findSmallDisk([change('file', 'update')], roomOf('small-disk'), {host, readLayers: refuse})).toEqual([]);
  expect(await findSmallDisk(all, {...roomOf('small-disk'), spaces: undefined}, {host, readLayers: refuse})).toEqual(
    [],
  );
  expect(host.asked).toEqual([]);
});
