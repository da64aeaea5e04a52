import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {drawFiles} from './drawn-files.ts';
import {readGoldenInput} from './input.ts';

const folder = new URL('../golden/', import.meta.url).pathname;
const names = await readdir(folder);

test.each(names)('%s results in exactly the files kept in its folder', async name => {
  const drawn = await drawFiles(readGoldenInput(name));
  if (process.env.UPDATE_GOLDEN) await keep(name, drawn);
  expect(drawn, 'If this is meant: UPDATE_GOLDEN=1 npm run unit, then read the difference in git').toEqual(
    await readKept(name),
  );
});

test.each(names)('%s results in the same files every time', async name => {
  expect(await drawFiles(readGoldenInput(name))).toEqual(await drawFiles(readGoldenInput(name)));
});

const expectedOf = (name: string) => join(folder, name, 'expected');

async function keep(name: string, drawn: Readonly<Record<string, string>>): Promise<void> {
  await rm(expectedOf(name), {recursive: true, force: true});
  for (const [path, text] of Object.entries(drawn)) {
    const place = join(expectedOf(name), path);
    await mkdir(dirname(place), {recursive: true});
    await writeFile(place, text);
  }
}

async function readKept(name: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(expectedOf(name), {recursive: true, withFileTypes: true});
  const places = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const texts = await Promise.all(places.map(place => readFile(place, 'utf8')));
  const paths = places.map(place => place.slice(expectedOf(name).length));
  return Object.fromEntries(paths.map((path, index) => [path === '/MODES' ? 'MODES' : path, texts[index] ?? '']));
}
