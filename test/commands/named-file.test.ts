import {mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {makeEmptyDirectory, readNamed, writeNew} from '../../src/commands/named-file.ts';

/** Makes a directory with a file, a link to /, a link to nowhere, and an empty directory. */
async function makePlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'named-'));
  await writeFile(join(place, 'file'), 'mine');
  await symlink('/', join(place, 'root'));
  await symlink(join(place, 'nowhere'), join(place, 'dangling'));
  await mkdir(join(place, 'empty'));
  return place;
}

test('a new file is written, and only its owner may read it', async () => {
  const path = join(await makePlace(), 'new');
  await writeNew(path, 'text');
  expect(await readNamed(path)).toBe('text');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a file that cannot be written whole does not stay', async () => {
  const path = join(await makePlace(), 'new');
  async function* write() {
    yield 'half';
    throw Object.assign(new Error(), {code: 'ENOSPC'});
  }
  await expect(writeNew(path, write() as never)).rejects.toThrow(/new cannot be written: the disk is full/);
  await writeNew(path, 'text');
  expect(await readNamed(path)).toBe('text');
});

test.each([
  ['file', /file cannot be written: it exists already\. Name one that does not exist yet\.$/],
  ['empty', /empty cannot be written: it exists already\./],
  ['dangling', /dangling cannot be written: it exists already\./],
  ['no/dir/p.json', /there is no directory \S+\/no\/dir\. Name a file in a directory that exists\.$/],
  ['file/p.json', /it needs a directory where there is a file/],
  ['x'.repeat(300), /the name is too long/],
])('%s is not written, and it says why', async (name, said) => {
  const place = await makePlace();
  const attempt = writeNew(join(place, name), 'text');
  await expect(attempt).rejects.toThrow(said);
  await expect(attempt).rejects.toMatchObject({code: 'bad-usage'});
  expect(await readFile(join(place, 'file'), 'utf8')).toBe('mine');
});

test.each(['empty', 'new'])('a directory may be %s', async name => {
  const path = join(await makePlace(), name);
  await makeEmptyDirectory(path);
  expect(await readdir(path)).toEqual([]);
});

test.each([
  ['.', /^--out needs a new or an empty directory; \S+ has files\./],
  ['empty/..', /has files/],
  ['root', /has files/],
  ['file', /file cannot be written: it needs a directory where there is a file/],
  ['dangling', /dangling cannot be written: it exists already/],
  ['no/dir', /there is no directory/],
])('no files are written below %s', async (name, said) => {
  const attempt = makeEmptyDirectory(`${await makePlace()}/${name}`);
  await expect(attempt).rejects.toThrow(said);
  await expect(attempt).rejects.toMatchObject({code: 'bad-usage'});
});

test('a directory below /proc is refused, and nothing hangs', async () => {
  await expect(makeEmptyDirectory('/proc/x')).rejects.toThrow(
    /^\/proc\/x cannot be written: nothing can be made there\./,
  );
});

test.each([
  ['nowhere', /cannot be read: there is no such file/],
  ['empty', /cannot be read: it is a directory/],
])('%s is not read, and it says why', async (name, said) => {
  await expect(readNamed(join(await makePlace(), name))).rejects.toThrow(said);
});
