import {chmod, copyFile, cp, mkdir, rm} from 'node:fs/promises';
import {build, type Plugin} from 'esbuild';
import {type Component, listBundled} from './bundle/components.ts';
import {patchDependency, patchNames} from './bundle/patches.ts';

/** Modules that dependencies would load and this program never uses. Each is replaced by an empty one. */
const unused = {
  // Docker's client connects to remote Engines with SSH and builds images with gRPC.
  ssh: /^ssh2$/,
  builds: /^\.\/session$/,
  // Ink's connection to React's development tools.
  devtools: /^\.\/devtools\.js$/,
};

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({onResolve, onLoad}) {
    for (const filter of Object.values(unused)) onResolve({filter}, ({path}) => ({path, namespace: 'nothing'}));
    onLoad({filter: /.*/, namespace: 'nothing'}, () => ({contents: 'module.exports = {}'}));
  },
};

type Choice = {
  /** Plugins of a test. */
  readonly own?: readonly Plugin[];
  /** Names of patches that are left out to see what they save, or `segmenter`. */
  readonly without?: readonly string[];
};

/** Builds the program into an empty folder as it is in /opt/jitsi-onebox/releases/VERSION. Returns the dependencies in it. */
export async function buildProgram(folder: string, choice: Choice = {}): Promise<readonly Component[]> {
  const components = await bundleProgram(folder, choice);
  // The Node that runs this: it is of the machine's own architecture, and not stripped, which helps to find a fault.
  await copyFile(process.execPath, `${folder}/node`);
  await chmod(`${folder}/node`, 0o755);
  return components;
}

/** Builds all of the program but Node, which a release takes from npm for each architecture. */
export async function bundleProgram(
  folder: string,
  {own = [], without = []}: Choice = {},
): Promise<readonly Component[]> {
  const patches = patchNames.filter(name => !without.includes(name)).map(name => patchDependency(name));
  const hasSegmenter = !without.includes('segmenter');
  await rm(folder, {recursive: true, force: true});
  await mkdir(`${folder}/bin`, {recursive: true});
  const {metafile} = await build({
    entryPoints: {main: 'src/main.tsx'},
    outdir: `${folder}/lib`,
    outExtension: {'.js': '.mjs'},
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    jsx: 'automatic',
    minify: true,
    legalComments: 'none',
    metafile: true,
    define: {'process.env.NODE_ENV': '"production"', ...(hasSegmenter && {'Intl.Segmenter': 'QuickSegmenter'})},
    inject: hasSegmenter ? ['scripts/bundle/segmenter.ts'] : [],
    // Some dependencies are CommonJS and ask for Node's own modules by require.
    banner: {
      js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    // Paths inside the tree, wherever node_modules really is: the names of chunks come from them.
    preserveSymlinks: true,
    plugins: [...own, withoutUnused, ...patches],
  });
  await cp('assets', `${folder}/assets`, {recursive: true});
  await copyFile('install.sh', `${folder}/install.sh`);
  await copyFile('scripts/launcher', `${folder}/bin/jitsi-onebox`);
  await chmod(`${folder}/bin/jitsi-onebox`, 0o755);
  return listBundled(metafile);
}

if (import.meta.main) await buildProgram('dist');
