import {mkdir, readFile} from 'node:fs/promises';
import {run} from './command.ts';
import {enterRoom} from './enter.ts';
import {type BuiltImage, buildImages} from './images/build.ts';
import {RECIPES} from './images/recipes.ts';
import {cache} from './places.ts';

/** The images that a guest pulls: those that are built here, or those that the projects publish. */
export const imageSources = ['stand-in', 'public'] as const;
export type ImageSource = (typeof imageSources)[number];

/** Makes the stand-in images, unless they were made from the same sources; or fetches the public ones. */
export async function prepareImages(source: ImageSource): Promise<readonly BuiltImage[]> {
  if (source === 'public')
    return Promise.all(RECIPES.map(({repository, tags: [tag]}) => fetchImage(`${repository}:${tag}`)));
  return buildImages({cache: `${cache}/images`, log: line => console.log(`lab: ${line}`)});
}

/** Fetches an image as it is published now, with this machine's network: the lab's has no internet access. */
async function fetchImage(name: string): Promise<BuiltImage> {
  const layout = `${cache}/public/${name.replaceAll(/[/:]/g, '_')}`;
  await mkdir(layout, {recursive: true});
  const copy = ['skopeo', '--insecure-policy', 'copy', '--quiet'];
  await run([...copy, `docker://${name}`, `oci:${layout}:latest`], {seconds: 600}).catch((error: unknown) => {
    const words = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    throw new Error(`${name} cannot be fetched, which needs the internet: ${words}`);
  });
  return {name, layout};
}

/** Pushes an image to the lab's registry, unless it has this very image. */
export async function pushImage({name, layout}: BuiltImage): Promise<void> {
  if ((await readDigest(layout)) === (await readPushedDigest(name))) return;
  const copy = ['skopeo', '--insecure-policy', 'copy', '--quiet', '--preserve-digests', '--all'];
  await run(enterRoom('internet', [...copy, `oci:${layout}:latest`, `docker://${name}`]), {seconds: 120});
}

async function readDigest(layout: string): Promise<string | undefined> {
  const index: {manifests: {digest: string}[]} = JSON.parse(await readFile(`${layout}/index.json`, 'utf8'));
  return index.manifests[0]?.digest;
}

async function readPushedDigest(name: string): Promise<string | undefined> {
  const [, repository, tag] = /^ghcr\.io\/(.+):([^:]+)$/.exec(name) ?? [];
  const repositories = `${cache}/registry/docker/registry/v2/repositories`;
  const link = `${repositories}/${repository}/_manifests/tags/${tag}/current/link`;
  return readFile(link, 'utf8').then(
    text => text.trim(),
    () => undefined,
  );
}
