import {rm} from 'node:fs/promises';
import {build, type Plugin} from 'esbuild';
import {checkout} from '../places.ts';
import {root} from '../root.ts';

const nothing = `${checkout}/test/tui/nothing.ts`;

/** The program looks for its machine where it always does, and finds the one that kills. */
const withKillingHost: Plugin = {
  name: 'with-killing-host',
  setup({onResolve}) {
    onResolve({filter: /\/host\/real\.ts$/}, ({importer}) =>
      importer.endsWith('/src/main.tsx') ? {path: `${checkout}/test/lab/torture/killing-host.ts`} : undefined,
    );
  },
};

/** Builds the program with a host that kills it, in the place of the one that is installed in the guest. */
export async function installKilling(): Promise<void> {
  const lib = `${root}/opt/jitsi-onebox/current/lib`;
  await rm(lib, {recursive: true});
  await build({
    entryPoints: {main: `${checkout}/src/main.tsx`},
    outdir: lib,
    outExtension: {'.js': '.mjs'},
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    define: {'process.env.NODE_ENV': '"production"'},
    alias: {'react-devtools-core': nothing, ssh2: nothing},
    banner: {js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"},
    plugins: [withKillingHost],
    logLevel: 'error',
  });
}
