import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';

/** Copies the module into a new tree, with templates in one of its folders. */
async function createTree(place: string, assets: string) {
  const root = await mkdtemp(join(tmpdir(), 'onebox-'));
  await mkdir(join(root, place), {recursive: true});
  await mkdir(join(root, assets, 'nginx'), {recursive: true});
  await writeFile(join(root, assets, 'nginx', 'jitsi.conf'), `from ${assets}`);
  const module = join(root, place, 'assets.ts');
  await cp(new URL('../../src/host/assets.ts', import.meta.url), module);
  const {readAssets} = (await import(
    /* @vite-ignore */ pathToFileURL(module).href
  )) as typeof import('../../src/host/assets.ts');
  return {root, readAssets};
}

test.each([
  ['a checkout', 'src/host', 'assets'],
  ['a bundle', 'dist/lib', 'dist/assets'],
])('templates are found in %s, and each is read once', async (_name, place, assets) => {
  const {root, readAssets} = await createTree(place, assets);
  const asset = readAssets();
  expect(asset('nginx/jitsi.conf')).toBe(`from ${assets}`);
  await rm(join(root, assets, 'nginx'), {recursive: true});
  expect(asset('nginx/jitsi.conf')).toBe(`from ${assets}`);
  expect(() => asset('nginx/other.conf')).toThrow('ENOENT');
});

test('missing templates are an error with the searched path', async () => {
  const {root, readAssets} = await createTree('src/host', 'assets');
  await rm(join(root, 'assets'), {recursive: true});
  expect(readAssets).toThrow(join(root, 'assets'));
});
