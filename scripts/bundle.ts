import {chmod, copyFile, cp, mkdir, rm} from 'node:fs/promises';
import {build, type Plugin} from 'esbuild';
import {tune} from './bundle/tune.ts';

const dist = 'dist';

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

await rm(dist, {recursive: true, force: true});
await mkdir(`${dist}/bin`, {recursive: true});
await build({
  entryPoints: {main: 'src/main.tsx'},
  outdir: `${dist}/lib`,
  outExtension: {'.js': '.mjs'},
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  jsx: 'automatic',
  minify: true,
  legalComments: 'none',
  define: {'process.env.NODE_ENV': '"production"'},
  // Some dependencies are CommonJS and ask for Node's own modules by require.
  banner: {
    js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  preserveSymlinks: true,
  plugins: [withoutUnused, ...tune],
});
await cp('assets', `${dist}/assets`, {recursive: true});
await copyFile('scripts/launcher', `${dist}/bin/jitsi-onebox`);
await chmod(`${dist}/bin/jitsi-onebox`, 0o755);
await copyFile(process.execPath, `${dist}/node`);
await chmod(`${dist}/node`, 0o755);
