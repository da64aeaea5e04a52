import {mkdir, readFile} from 'node:fs/promises';
import {isAbsolute, resolve} from 'node:path';
import {run, step} from './command.ts';
import {enterRoom} from './enter.ts';
import {buildImages} from './images/build.ts';
import {RECIPES} from './images/recipes.ts';
import {type LayoutImage, layoutOf, listLacking, readDigest, readLayouts} from './layouts.ts';
import {cache} from './places.ts';

/** The images that a guest pulls: `stand-in` are built here, `public` are published now, and a path has OCI layouts. */
export type ImageSource = string;

/** Reads the word of a command line; a directory is given back as its whole path once all images in it were found whole. */
export async function readSource(word: string): Promise<ImageSource> {
  if (word === 'stand-in' || word === 'public') return word;
  const directory = resolve(word);
  await readLayouts(directory);
  return directory;
}

/** Makes the stand-in images, unless they were made from the same sources; or fetches the public ones; or takes those of a directory. */
export async function prepareImages(source: ImageSource): Promise<readonly LayoutImage[]> {
  if (source === 'public')
    return Promise.all(RECIPES.map(({repository, tags: [tag]}) => fetchImage(`${repository}:${tag}`)));
  if (!isAbsolute(source)) return buildStandIns();
  const lacking = listLacking(source).map(({repository}) => repository);
  const standIns = lacking.length > 0 ? await buildStandIns() : [];
  return [...(await readLayouts(source)), ...standIns.filter(({name}) => lacking.some(each => name.startsWith(each)))];
}

/** Copies the stand-in images into a directory, as OCI layouts that another lab can take. */
export async function exportStandIns(directory: string): Promise<void> {
  const images = await buildStandIns();
  for (const recipe of RECIPES) {
    const layout = layoutOf(resolve(directory), recipe);
    await mkdir(layout, {recursive: true});
    for (const tag of recipe.tags) {
      const image = images.find(({name}) => name === `${recipe.repository}:${tag}`);
      if (image) await step(`${layout}:${tag}`, () => run(copyWhole(image, `oci:${layout}:${tag}`), {seconds: 120}));
    }
  }
}

async function buildStandIns(): Promise<readonly LayoutImage[]> {
  const built = await buildImages({cache: `${cache}/images`, log: line => console.log(`lab: ${line}`)});
  return built.map(image => ({...image, reference: 'latest'}));
}

/** Fetches an image as it is published now, with this machine's network: the lab's has no internet access. */
async function fetchImage(name: string): Promise<LayoutImage> {
  const layout = `${cache}/public/${name.replaceAll(/[/:]/g, '_')}`;
  await mkdir(layout, {recursive: true});
  await run([...copy, `docker://${name}`, `oci:${layout}:latest`], {seconds: 600}).catch((error: unknown) => {
    const words = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    throw new Error(`${name} cannot be fetched, which needs the internet: ${words}`);
  });
  return {name, layout, reference: 'latest'};
}

const copy = ['skopeo', '--insecure-policy', 'copy', '--quiet'];

const copyWhole = ({layout, reference}: LayoutImage, target: string) => [
  ...copy,
  '--preserve-digests',
  '--all',
  `oci:${layout}:${reference}`,
  target,
];

/** Pushes an image to the lab's registry, unless it has this very image. */
export async function pushImage(image: LayoutImage): Promise<void> {
  if ((await readDigest(image)) === (await readPushedDigest(image.name))) return;
  await run(enterRoom('internet', copyWhole(image, `docker://${image.name}`)), {seconds: 300});
}

async function readPushedDigest(name: string): Promise<string | undefined> {
  const [, repository, tag] = /^(?:ghcr\.io\/)?(.+):([^:]+)$/.exec(name) ?? [];
  const repositories = `${cache}/registry/docker/registry/v2/repositories`;
  const link = `${repositories}/${repository}/_manifests/tags/${tag}/current/link`;
  return readFile(link, 'utf8').then(
    text => text.trim(),
    () => undefined,
  );
}
