import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {RECIPES} from './images/recipes.ts';
import {readSource} from './images.ts';
import {listLacking, readLayouts} from './layouts.ts';

const extras = ['jitsi/excalidraw-backend', 'ghcr.io/ether/etherpad'];
const [tag = ''] = RECIPES[0]?.tags ?? [];
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layouts-'));
  for (const name of ['web', 'prosody', 'jicofo', 'jvb']) await makeLayout(name, tag);
});
afterEach(() => rm(directory, {recursive: true}));

/** Writes a blob and returns its descriptor. */
async function writeBlob(layout: string, content: string) {
  const hash = createHash('sha256').update(content).digest('hex');
  await mkdir(`${layout}/blobs/sha256`, {recursive: true});
  await writeFile(`${layout}/blobs/sha256/${hash}`, content);
  return {digest: `sha256:${hash}`, size: content.length};
}

/** Writes an OCI layout as skopeo does, with one layer. */
async function makeLayout(name: string, ...tags: readonly string[]) {
  const layout = join(directory, name);
  const [config, layer] = [await writeBlob(layout, '{}'), await writeBlob(layout, `layer of ${name}`)];
  const manifest = await writeBlob(layout, JSON.stringify({schemaVersion: 2, config, layers: [layer]}));
  const manifests = tags.map(each => ({...manifest, annotations: {'org.opencontainers.image.ref.name': each}}));
  await writeFile(`${layout}/index.json`, JSON.stringify({schemaVersion: 2, manifests}));
  return {layout, layer: join(layout, 'blobs', layer.digest.replace(':', '/'))};
}

test('a directory has four images with all their tags, and may have a relay', async () => {
  await makeLayout('web', 'stable-1', tag);
  expect((await readLayouts(directory)).map(({name}) => name)).toEqual(
    ['web:stable-1', `web:${tag}`, `prosody:${tag}`, `jicofo:${tag}`, `jvb:${tag}`].map(
      each => `ghcr.io/jitsi/${each}`,
    ),
  );
  expect(listLacking(directory).map(({repository}) => repository)).toEqual(['ghcr.io/coturn/coturn', ...extras]);
  await makeLayout('coturn', '4.17.0-r0');
  expect((await readLayouts(directory)).at(-1)?.name).toBe('ghcr.io/coturn/coturn:4.17.0-r0');
  expect(listLacking(directory).map(({repository}) => repository)).toEqual(extras);
  expect(await readSource(directory)).toBe(directory);
});

test.each<readonly [string, () => Promise<unknown>, RegExp]>([
  [
    'no directory',
    () => rm(directory, {recursive: true}).then(() => mkdir(`${directory}-`)),
    /directory, and .* is none/,
  ],
  [
    'no layout',
    () => rm(join(directory, 'jvb'), {recursive: true}),
    /jvb is missing.*skopeo copy docker:.*jvb:stable-/,
  ],
  ['no index', () => rm(join(directory, 'jicofo/index.json')), /jicofo is no OCI layout/],
  ['an index that is no JSON', () => writeFile(join(directory, 'web/index.json'), '{'), /web is no OCI layout/],
  ['another tag', () => makeLayout('prosody', 'stable-1'), new RegExp(`prosody has stable-1, not ${tag}`)],
  ['no layer', async () => rm((await makeLayout('web', tag)).layer), /web:\S+ is not whole: sha256:\w+ is missing/],
  ['half a layer', async () => truncate((await makeLayout('web', tag)).layer, 5), /has 5 of 12 bytes/],
])('%s is an error at once', async (_what, spoil, words) => {
  await spoil();
  await expect(readSource(directory)).rejects.toThrow(words);
  await rm(`${directory}-`, {recursive: true, force: true});
  await mkdir(directory, {recursive: true});
});
