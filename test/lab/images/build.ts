import {join} from 'node:path';
import {execa} from 'execa';
import {addContents, gatherContents} from './contents.ts';
import {addPackages, BASE_PACKAGES, findMirrors, makeBase} from './debian.ts';
import {RECIPES, type Recipe} from './recipes.ts';
import {buildStage, continueFrom, forgetOtherStages} from './stages.ts';

/** A stand-in image: the name it is pulled by, and the directory with its OCI layout. */
export type BuiltImage = {readonly name: string; readonly layout: string};

type Build = {readonly cache: string; readonly log: (line: string) => void};

/** Builds the stand-in of every image of the stack; what was built before from the same inputs is used again. */
export const buildImages = async ({cache, log}: Build): Promise<readonly BuiltImage[]> => {
  const build = {cache: join(cache, 'stages'), log};
  const base = await buildBase(build);
  const withNode = await buildWithNode(build, base);
  const images = await Promise.all(
    RECIPES.map(recipe => buildRecipe(build, {recipe, from: recipe.program === undefined ? base : withNode})),
  );
  const stages = [base, withNode, ...images.flatMap(({stages}) => stages)];
  await forgetOtherStages(build.cache, stages);
  return images.flatMap(({tagged}) => tagged);
};

const buildBase = async ({cache, log}: Build): Promise<string> => {
  const mirrors = await findMirrors();
  return buildStage({
    cache,
    key: ['base', BASE_PACKAGES, mirrors],
    make: async layout => {
      log('base image: Debian with curl');
      await makeBase(layout, mirrors);
    },
  });
};

const buildWithNode = ({cache, log}: Build, base: string): Promise<string> =>
  buildStage({
    cache,
    key: ['node', base, process.version, process.arch],
    make: async layout => {
      log(`base image: Node ${process.version}`);
      await continueFrom(base, layout);
      await execa('umoci', ['insert', '--image', layout, process.execPath, '/usr/local/bin/node']);
    },
  });

type Step = {readonly recipe: Recipe; readonly from: string};

const buildRecipe = async (build: Build, {recipe, from}: Step) => {
  const packages = await buildPackages(build, {recipe, from});
  const contents = await buildContents(build, {recipe, from: packages});
  const tagged = await Promise.all(recipe.tags.map(tag => buildTag(build, {recipe, from: contents, tag})));
  return {tagged, stages: [packages, contents, ...tagged.map(({layout}) => layout)]};
};

const buildPackages = ({cache, log}: Build, {recipe, from}: Step): Promise<string> =>
  buildStage({
    cache,
    key: ['packages', from, recipe.packages, recipe.prepare],
    make: async layout => {
      log(`${recipe.repository}: ${recipe.packages.join(' ') || 'no packages'}`);
      await continueFrom(from, layout);
      await addPackages(layout, recipe);
    },
  });

const buildContents = async ({cache, log}: Build, {recipe, from}: Step): Promise<string> => {
  const contents = await gatherContents(recipe);
  return buildStage({
    cache,
    // Not the root, which only says where this checkout is.
    key: ['contents', from, {...contents, root: undefined}],
    make: async layout => {
      log(`${recipe.repository}: our files`);
      await continueFrom(from, layout);
      await addContents(layout, contents);
    },
  });
};

/** A tag is a label of its own, so that two tags are two images that share every layer. */
const buildTag = async ({cache}: Build, {recipe, from, tag}: Step & {readonly tag: string}): Promise<BuiltImage> => {
  const layout = await buildStage({
    cache,
    key: ['tag', from, recipe, tag],
    make: async layout => {
      await continueFrom(from, layout);
      await execa('umoci', ['config', '--image', layout, ...configurationOf(recipe, tag)]);
    },
  });
  return {name: `${recipe.repository}:${tag}`, layout};
};

const configurationOf = (
  {user, workingDirectory, entrypoint, command, ports, volumes}: Recipe,
  tag: string,
): readonly string[] => [
  ...(workingDirectory === undefined ? [] : [`--config.workingdir=${workingDirectory}`]),
  `--config.user=${user}`,
  `--config.entrypoint=${entrypoint}`,
  ...command.map(argument => `--config.cmd=${argument}`),
  ...ports.map(port => `--config.exposedports=${port}`),
  ...volumes.map(volume => `--config.volume=${volume}`),
  '--config.env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  `--config.label=org.opencontainers.image.version=${tag}`,
];
