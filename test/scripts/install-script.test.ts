import {mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterEach, beforeEach, expect, test} from 'vitest';

// What a release does is tried in the lab; here is what a checkout does, without building it.
const script = new URL('../../install.sh', import.meta.url).pathname;
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jitsi-onebox-install-'));
});

afterEach(() => rm(home, {recursive: true, force: true}));

/** Puts a program with these bytes where install.sh puts it, and switches to it. */
async function install(version: string, bytes: string): Promise<void> {
  const program = join(home, '.new/program');
  await mkdir(join(program, 'cache'), {recursive: true});
  await writeFile(join(program, 'main'), bytes);
  // Compiled code differs each time.
  await writeFile(join(program, 'cache/code'), String(Math.random()));
  const {stdout} = await execa('sed', ['$d', script]);
  const values = `home='${home}' work='${home}/.new' version='${version}' name=''`;
  await execa('sh', [
    '-euc',
    `${stdout}\nchown() { :; }; ${values}; put_in_place; remember ${version}; link current $name`,
  ]);
  await rm(join(home, '.new'), {recursive: true, force: true});
}

test('m5: the same program is not installed twice', async () => {
  await install('1.0.0', 'a');
  const code = await readFile(join(home, 'current/cache/code'), 'utf8');
  await install('1.0.0', 'a');
  expect(await readdir(join(home, 'releases'))).toEqual(['1.0.0']);
  expect(await readFile(join(home, 'current/cache/code'), 'utf8')).toBe(code);
});

test('m5: another program of the same version gets a directory of its own', async () => {
  await install('1.0.0', 'a');
  await install('1.0.0', 'b');
  expect(await readlink(join(home, 'current'))).toBe('releases/1.0.0_2');
  expect(await readFile(join(home, 'releases/1.0.0/main'), 'utf8')).toBe('a');
  expect(await readFile(join(home, 'current/main'), 'utf8')).toBe('b');
});

test('m5: the highest version stays remembered when a lower one is installed', async () => {
  for (const version of ['1.9.0', '1.10.0', '1.2.0']) await install(version, version);
  expect(await readFile(join(home, 'highest'), 'utf8')).toBe('1.10.0\n');
  expect(await readlink(join(home, 'current'))).toBe('releases/1.2.0');
});

test('a copy that names no release says where to get the program', async () => {
  const {stdout} = await execa('sed', ['$d', script]);
  const {exitCode, stderr} = await execa('sh', ['-euc', `${stdout}\npublished; fetch_release`], {reject: false});
  expect([exitCode, stderr]).toEqual([
    1,
    'install.sh: this copy names no release: clone the project (or update your clone) and run there: sudo ./install.sh',
  ]);
});
