import {existsSync} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {RECIPES, type Recipe} from './images/recipes.ts';

/** An image to push: the name to pull it by, the directory with its OCI layout, and its reference in there. */
export type LayoutImage = {readonly name: string; readonly layout: string; readonly reference: string};

type Descriptor = {
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
};
type Manifest = {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
};

const referenceKey = 'org.opencontainers.image.ref.name';

/** Reads the images of a directory, such as DIR/web with its tags; one that is missing or not whole is an error. */
export async function readLayouts(directory: string): Promise<readonly LayoutImage[]> {
  if (!existsSync(directory)) throw new Error(`--images is stand-in, public or a directory, and ${directory} is none.`);
  const given = RECIPES.filter(recipe => !isOptional(recipe) || existsSync(layoutOf(directory, recipe)));
  return (await Promise.all(given.map(recipe => readLayout(directory, recipe)))).flat();
}

/** Lists the images that a directory may lack: the relay and the extras. */
export function listLacking(directory: string): readonly Recipe[] {
  return RECIPES.filter(recipe => isOptional(recipe) && !existsSync(layoutOf(directory, recipe)));
}

/** Returns the digest of an image in its layout. */
export async function readDigest({layout, reference}: LayoutImage): Promise<string | undefined> {
  return (await readReferences(layout)).get(reference)?.digest;
}

/** Returns where the image of a recipe is in a directory. */
export function layoutOf(directory: string, {repository}: Recipe): string {
  return join(directory, basename(repository));
}

const isOptional = ({repository}: Recipe) => !/^ghcr\.io\/jitsi\//.test(repository);

async function readLayout(directory: string, recipe: Recipe): Promise<readonly LayoutImage[]> {
  const {repository, tags} = recipe;
  const layout = layoutOf(directory, recipe);
  const copy = `skopeo copy docker://${repository}:${tags[0]} oci:${layout}:${tags[0]}`;
  if (!existsSync(layout)) throw new Error(`${layout} is missing. This makes it: ${copy}`);
  const references = await readReferences(layout).catch(error => {
    throw new Error(`${layout} is no OCI layout (${error.message}). This makes one: ${copy}`);
  });
  if (!references.has(tags[0] ?? ''))
    throw new Error(`${layout} has ${[...references.keys()].join(', ') || 'no tag'}, not ${tags[0]}: ${copy}`);
  for (const [reference, descriptor] of references)
    await demandParts(layout, descriptor).catch(error => {
      throw new Error(`${layout}:${reference} is not whole: ${error.message} This makes it anew: ${copy}`);
    });
  return [...references.keys()].map(reference => ({name: `${repository}:${reference}`, layout, reference}));
}

async function readReferences(layout: string): Promise<ReadonlyMap<string, Descriptor>> {
  const {manifests = []}: Manifest = JSON.parse(await readFile(`${layout}/index.json`, 'utf8'));
  return new Map(
    manifests.flatMap(each => (each.annotations?.[referenceKey] ? [[each.annotations[referenceKey], each]] : [])),
  );
}

async function demandParts(layout: string, descriptor: Descriptor): Promise<void> {
  for (const part of await listParts(layout, descriptor)) await demandWhole(layout, part);
}

/** Demands that everything an image consists of is there in its full size; skopeo compares the digests when it pushes. */
async function demandWhole(layout: string, {digest, size}: Descriptor): Promise<void> {
  const path = `${layout}/blobs/${digest.replace(':', '/')}`;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Error(`${digest} is missing.`);
  if (found.size !== size) throw new Error(`${digest} has ${found.size} of ${size} bytes.`);
}

/** Lists an image's manifest and everything that it names: other manifests, or a configuration and layers. */
async function listParts(layout: string, descriptor: Descriptor): Promise<readonly Descriptor[]> {
  await demandWhole(layout, descriptor);
  const text = await readFile(`${layout}/blobs/${descriptor.digest.replace(':', '/')}`, 'utf8');
  const {manifests = [], config, layers = []}: Manifest = JSON.parse(text);
  const nested = await Promise.all(manifests.map(each => listParts(layout, each)));
  return [...(config ? [config] : []), ...layers, ...nested.flat()];
}
