import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';

/** The module as it lies in some tree, with the templates in one of its folders. */
async function layOut(place: string, assets: string) {
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
  const {root, readAssets} = await layOut(place, assets);
  const asset = readAssets();
  expect(asset('nginx/jitsi.conf')).toBe(`from ${assets}`);
  await rm(join(root, assets, 'nginx'), {recursive: true});
  expect(asset('nginx/jitsi.conf')).toBe(`from ${assets}`);
  expect(() => asset('nginx/other.conf')).toThrow('ENOENT');
});

test('a program without its templates says where it looked', async () => {
  const {root, readAssets} = await layOut('src/host', 'assets');
  await rm(join(root, 'assets'), {recursive: true});
  expect(readAssets).toThrow(join(root, 'assets'));
});
