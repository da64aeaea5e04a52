import {chmod, copyFile, cp, mkdir, rm} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import {build, type Plugin} from 'esbuild';
import {type Component, listBundled} from './bundle/components.ts';
import {tune} from './bundle/tune.ts';

/** What dependencies would load and this program never uses: it is replaced by nothing. */
const unused = {
  // Docker's client speaks to remote Engines by SSH and builds images by gRPC.
  SSH: /^ssh2$/,
  builds: /^\.\/session$/,
};

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({onResolve, onLoad}) {
    for (const filter of Object.values(unused)) onResolve({filter}, ({path}) => ({path, namespace: 'nothing'}));
    onLoad({filter: /.*/, namespace: 'nothing'}, () => ({contents: 'module.exports = {}'}));
  },
};

const builtins = new RegExp(`^(node:.+|${builtinModules.join('|')})$`);

/** An import statement reads every export of Node's own modules, and so loads what is behind each; here only what is used is read. */
const frugalBuiltins: Plugin = {
  name: 'frugal-builtins',
  setup({onResolve, onLoad}) {
    onResolve({filter: builtins}, ({path, kind}) => {
      if (kind === 'require-call') return undefined;
      return {path, namespace: 'builtin', sideEffects: false};
    });
    onLoad({filter: builtins, namespace: 'builtin'}, async ({path}) => ({
      contents: renderBuiltin(path, await import(path)),
    }));
  },
};

/** The bundler drops what nobody imports. */
function renderBuiltin(path: string, exported: object): string {
  const names = Object.keys(exported).filter(name => name !== 'default');
  const lines = names.map(name => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`);
  return [`const builtin = require('${path}');`, 'export default builtin;', ...lines].join('\n');
}

/** Makes the program anew in a folder, all but Node itself, and tells whose work is in it; a test may put in something of its own. */
export async function bundleProgram(folder: string, own: readonly Plugin[] = []): Promise<readonly Component[]> {
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
    define: {'process.env.NODE_ENV': '"production"'},
    inject: ['scripts/bundle/clock.ts'],
    // Some dependencies are CommonJS and ask for Node's own modules by require.
    banner: {
      js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    // Paths inside the tree, wherever node_modules really is: the names of chunks come from them.
    preserveSymlinks: true,
    plugins: [...own, withoutUnused, frugalBuiltins, ...tune],
  });
  await cp('assets', `${folder}/assets`, {recursive: true});
  await copyFile('install.sh', `${folder}/install.sh`);
  await copyFile('scripts/launcher', `${folder}/bin/jitsi-onebox`);
  await chmod(`${folder}/bin/jitsi-onebox`, 0o755);
  return listBundled(metafile);
}
