import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'esbuild';

/** Bundles a program of .tsx files into one that Node runs, the way the product is built. */
export async function bundle(entry: string): Promise<string> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'jitsi-onebox-tui-')), 'program.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    define: {'process.env.NODE_ENV': '"production"'},
    // Ink loads it for developers only, but the import is hoisted.
    alias: {'react-devtools-core': join(import.meta.dirname, 'nothing.ts')},
    banner: {js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"},
    logLevel: 'silent',
  });
  return outfile;
}
