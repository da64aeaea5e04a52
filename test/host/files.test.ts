import {chown, lchown, mkdir, mkdtemp, readdir, readFile, rename, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {createFiles} from '../../src/host/files.ts';

const files = createFiles();
const own = {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0};
let directory = '';
let umask = 0;

beforeEach(async () => {
  umask = process.umask(0o077);
  directory = await mkdtemp(join(tmpdir(), 'onebox-'));
});

afterEach(() => {
  process.umask(umask);
});

test('every query of an absent path returns undefined', async () => {
  await writeFile(join(directory, 'file'), '');
  for (const path of [join(directory, 'none'), join(directory, 'file', 'below')]) {
    for (const ask of [files.read, files.stat, files.readLink, files.resolve, files.list])
      expect(await ask(path)).toBeUndefined();
  }
});

test('a file gets its exact mode under any umask, and no temporary file remains', async () => {
  const path = join(directory, 'page.conf');
  for (const mode of [0o644, 0o400, 0o755, 0o2750]) {
    await files.write(path, `mode ${mode}`, {...own, mode});
    expect(await files.stat(path)).toMatchObject({type: 'file', mode, ...own});
    expect(await files.read(path)).toBe(`mode ${mode}`);
  }
  expect(await readdir(directory)).toEqual(['page.conf']);
});

test('a reader sees the old or the new file, never a part', async () => {
  const path = join(directory, 'big');
  const texts = ['a', 'b'].map(letter => letter.repeat(3_000_000));
  await files.write(path, texts[0] ?? '', {...own, mode: 0o644});
  let writing = true;
  const writes = (async () => {
    for (let round = 1; round <= 10; round++) await files.write(path, texts[round % 2] ?? '', {...own, mode: 0o644});
    writing = false;
  })();
  const seen = new Set<string>();
  while (writing) seen.add(await readFile(path, 'utf8'));
  await writes;
  expect([...seen].filter(text => !texts.includes(text))).toEqual([]);
  expect(seen.size).toBe(2);
});

test('a link is replaced, and its target is left alone', async () => {
  const target = join(directory, 'precious');
  const path = join(directory, 'link');
  await writeFile(target, 'precious');
  await symlink(target, path);
  await files.write(path, 'new', {...own, mode: 0o600});
  expect(await readFile(target, 'utf8')).toBe('precious');
  expect((await files.stat(path))?.type).toBe('file');
});

test('a link planted at the temporary path is not followed', async () => {
  const path = join(directory, 'page');
  const prey = join(directory, 'prey');
  await writeFile(prey, 'untouched');
  await symlink(prey, join(directory, '.page.jitsi-onebox'));
  await files.write(path, 'new', {...own, mode: 0o600});
  expect(await readFile(prey, 'utf8')).toBe('untouched');
  expect(await readFile(path, 'utf8')).toBe('new');
});

test('a failed write leaves the old file and no temporary file', async () => {
  const path = join(directory, 'taken');
  await mkdir(join(path, 'below'), {recursive: true});
  await expect(files.write(path, 'x', {...own, mode: 0o600})).rejects.toThrow('EISDIR');
  expect(await readdir(directory)).toEqual(['taken']);
  await expect(files.write(join(directory, 'no', 'parent'), 'x', {...own, mode: 0o600})).rejects.toThrow('ENOENT');
});

test('attributes are set on a file or directory and refused on a link', async () => {
  const path = join(directory, 'file');
  await writeFile(path, '');
  await files.setAttributes(path, {...own, mode: 0o640});
  expect((await files.stat(path))?.mode).toBe(0o640);
  await symlink(path, join(directory, 'link'));
  await expect(files.setAttributes(join(directory, 'link'), {...own, mode: 0o777})).rejects.toThrow('ELOOP');
  expect((await files.stat(path))?.mode).toBe(0o640);
});

test('a directory is created or corrected; a link or file in its place is refused', async () => {
  const path = join(directory, 'site');
  await files.makeDirectory(path, {...own, mode: 0o755});
  expect(await files.stat(path)).toMatchObject({type: 'directory', mode: 0o755});
  await files.makeDirectory(path, {...own, mode: 0o700});
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  await symlink(path, join(directory, 'link'));
  await writeFile(join(directory, 'file'), '');
  for (const taken of ['link', 'file'])
    await expect(files.makeDirectory(join(directory, taken), {...own, mode: 0o755})).rejects.toThrow(/ENOTDIR|ELOOP/);
});

test('a link replaces an existing link', async () => {
  const path = join(directory, 'link');
  for (const target of ['../first', 'second']) {
    await files.link(path, target);
    expect(await files.readLink(path)).toBe(target);
    expect((await files.stat(path))?.type).toBe('link');
  }
  expect(await readdir(directory)).toEqual(['link']);
});

test('removing includes directories with contents, but not the targets of links', async () => {
  await mkdir(join(directory, 'outside', 'below'), {recursive: true});
  await mkdir(join(directory, 'removed', 'below'), {recursive: true});
  await symlink(join(directory, 'outside'), join(directory, 'removed', 'link'));
  await files.remove(join(directory, 'removed'));
  await files.remove(join(directory, 'never', 'was'));
  expect(await files.list(directory)).toEqual(['outside']);
  expect(await files.list(join(directory, 'outside'))).toEqual(['below']);
});

describe('a link on the way', () => {
  const somebody = 12_345;
  const changes = {
    write: path => files.write(path, 'new', {...own, mode: 0o600}),
    setAttributes: path => files.setAttributes(path, {...own, mode: 0o777}),
    makeDirectory: path => files.makeDirectory(path, {...own, mode: 0o755}),
    link: path => files.link(path, 'target'),
    remove: path => files.remove(path),
  } satisfies Record<string, (path: string) => Promise<void>>;
  let way = '';

  beforeEach(async () => {
    await mkdir(join(directory, 'elsewhere', 'below'), {recursive: true});
    await writeFile(join(directory, 'elsewhere', 'below', 'file'), 'precious');
    way = join(directory, 'way');
  });

  test.each(Object.entries(changes))('of root is followed: %s', async (verb, change) => {
    const name = `new-${verb}`;
    if (verb === 'setAttributes') await writeFile(join(directory, 'elsewhere', 'below', name), '');
    for (const target of ['elsewhere', join(directory, 'elsewhere'), './elsewhere/../elsewhere/']) {
      await files.link(way, target);
      await change(join(way, 'below', name));
      expect((await files.stat(join(directory, 'elsewhere', 'below', name))) === undefined).toBe(verb === 'remove');
    }
  });

  test.runIf(own.uid === 0).each(Object.entries(changes))('of another user is refused: %s', async (_, change) => {
    await symlink('elsewhere', way);
    await lchown(way, somebody, somebody);
    await expect(change(join(way, 'below', 'file'))).rejects.toMatchObject({code: 'foreign-link'});
    expect(await readFile(join(directory, 'elsewhere', 'below', 'file'), 'utf8')).toBe('precious');
    expect(await readdir(join(directory, 'elsewhere', 'below'))).toEqual(['file']);
  });

  test.runIf(own.uid === 0)('that another user can replace is refused, even if root made it', async () => {
    await mkdir(way);
    await chown(way, somebody, somebody);
    await symlink('../elsewhere', join(way, 'link'));
    await expect(changes.write(join(way, 'link', 'file'))).rejects.toMatchObject({code: 'foreign-link'});
  });

  test('that never ends is an error', async () => {
    await symlink('way', way);
    await expect(changes.write(join(way, 'file'))).rejects.toThrow(/ENOTDIR|ELOOP/);
  });

  test.runIf(own.uid === 0)('that replaces a directory at any moment is not followed', {timeout: 20_000}, async () => {
    const there = join(directory, 'elsewhere', 'below');
    const place = join(directory, 'accounts');
    await mkdir(place);
    const bait = join(directory, 'bait');
    await symlink(there, bait);
    await lchown(bait, somebody, somebody);
    let swapping = true;
    const swaps = (async () => {
      while (swapping) {
        await rename(place, `${place}.away`);
        await rename(bait, place);
        await rename(place, bait);
        await rename(`${place}.away`, place);
      }
    })();
    for (let round = 0; round < 100; round++) await changes.write(join(place, 'file')).catch(() => undefined);
    swapping = false;
    await swaps;
    expect(await readFile(join(there, 'file'), 'utf8')).toBe('precious');
    expect(await readdir(there)).toEqual(['file']);
  });

  test('does not show in the words of an error', async () => {
    await mkdir(join(directory, 'taken', 'below'), {recursive: true});
    const writing = changes.write(join(directory, 'taken'));
    await expect(writing).rejects.toThrow(join(directory, '.taken.jitsi-onebox'));
    const missing = changes.write(join(directory, 'none', 'file'));
    await expect(missing).rejects.toThrow(`lstat '${join(directory, 'none')}'`);
  });
});

test('an unreadable path is an error, not absent', async () => {
  await symlink('loop', join(directory, 'loop'));
  for (const ask of [files.read, files.resolve, files.list])
    await expect(ask(join(directory, 'loop'))).rejects.toThrow('ELOOP');
  await expect(files.read(directory)).rejects.toThrow('EISDIR');
});
