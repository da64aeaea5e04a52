import {cp, mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Plugin} from 'esbuild';
import {bundleProgram} from '../../../scripts/bundle.ts';
import {checkout} from '../places.ts';
import {root} from '../root.ts';

/** Replaces the module of the real machine with the one that kills. */
const withKillingHost: Plugin = {
  name: 'with-killing-host',
  setup({onResolve}) {
    onResolve({filter: /\/host\/real\.ts$/}, ({importer}) =>
      importer.endsWith('/src/main.tsx') ? {path: `${checkout}/test/lab/torture/killing-host.ts`} : undefined,
    );
  },
};

/** Builds the program with a host that kills it, and installs it in the guest in place of the usual build. */
export async function installKilling(): Promise<void> {
  const home = `${root}/opt/jitsi-onebox/current`;
  const folder = await mkdtemp(join(tmpdir(), 'killing-'));
  process.chdir(checkout);
  await bundleProgram(folder, {own: [withKillingHost]});
  await rm(`${home}/lib`, {recursive: true});
  await cp(`${folder}/lib`, `${home}/lib`, {recursive: true});
  // As install.sh does: with it the program starts quicker.
  await mkdir(`${home}/cache`, {recursive: true, mode: 0o700});
  await rm(folder, {recursive: true});
}
