import {createCipheriv} from 'node:crypto';
import {existsSync} from 'node:fs';
import {chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {execa} from 'execa';
import {bundleProgram} from './program.ts';
import type {Recipe} from './recipes.ts';

/** The files of ours that go into one image. */
export type Contents = {
  readonly root: string;
  readonly files: readonly (readonly [path: string, content: string, mode: number])[];
  readonly program?: string;
  readonly ballast: Recipe['ballast'];
};

/** Reads and bundles what a recipe adds to its packages: also the key by which its layer is cached. */
export const gatherContents = async ({repository, program, ballast}: Recipe): Promise<Contents> => {
  const root = join(import.meta.dirname, 'roots', basename(repository));
  const files = existsSync(root) ? await readTree(root) : [];
  return {root, files, ballast, ...(program && {program: await bundleProgram(program)})};
};

const readTree = async (root: string) => {
  const entries = await readdir(root, {recursive: true, withFileTypes: true});
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async path => [path, await readFile(path, 'utf8'), (await stat(path)).mode & 0o100] as const),
  );
};

/** Adds the layer with our own files to a layout. */
export const addContents = async (layout: string, contents: Contents): Promise<void> => {
  const staging = await mkdtemp(join(tmpdir(), 'stand-in-contents-'));
  try {
    await layOut(staging, contents);
    // Whatever umask the checkout was made under, uid 1000 has to read all of it.
    await execa('chmod', ['--recursive', 'u=rwX,go=rX', staging]);
    await execa('umoci', ['insert', '--image', layout, staging, '/']);
  } finally {
    await rm(staging, {recursive: true, force: true});
  }
};

const layOut = async (staging: string, {root, files, program, ballast}: Contents): Promise<void> => {
  if (files.length > 0) {
    await cp(root, staging, {recursive: true});
  }
  if (program !== undefined) {
    await writeFile(join(staging, 'init'), program);
    await chmod(join(staging, 'init'), 0o755);
  }
  for (const {path, bytes} of ballast) {
    await mkdir(dirname(join(staging, path)), {recursive: true});
    await writeFile(join(staging, path), makeBallast(path, bytes));
  }
};

/** Bytes that do not compress and are the same in every build, so that a layer keeps its digest. */
const makeBallast = (path: string, bytes: number): Buffer => {
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32, path), Buffer.alloc(16)).update(Buffer.alloc(bytes));
  return path.endsWith('.js') ? asComment(noise) : noise;
};

/** A browser or Node that loads the file finds valid JavaScript. */
const asComment = (noise: Buffer): Buffer => Buffer.from(`/* ${noise.toString('base64')} */\n`);
