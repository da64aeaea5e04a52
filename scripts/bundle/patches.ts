import {readdirSync, readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {applyPatch, parsePatch} from 'diff';
import type {Plugin} from 'esbuild';

const folder = new URL('patches/', import.meta.url);

/** The patches by name: the dependency and the version that each was written for. */
export const patchNames: readonly string[] = readdirSync(folder).map(file => file.replace(/\.patch$/, ''));

/** Returns a patch with its header, which says what it saves. */
export function readPatch(name: string): string {
  return readFileSync(new URL(`${name}.patch`, folder), 'utf8');
}

/** Patches a dependency as it is bundled; its files in node_modules stay as they are. The build fails if a patch no longer fits. */
export function patchDependency(name: string, text = readPatch(name)): Plugin {
  const [dependency = '', version] = name.split('@');
  return {
    name,
    setup({onLoad, onEnd}) {
      const unused = new Set<string>();
      for (const patch of parsePatch(text)) {
        const file = `/node_modules/${dependency}/${patch.newFileName?.replace('b/', '')}`;
        unused.add(file);
        onLoad({filter: new RegExp(`${file.replaceAll('.', '\\.')}$`)}, async ({path}) => {
          unused.delete(file);
          const root = path.slice(0, path.lastIndexOf(`/${dependency}/`) + dependency.length + 2);
          const manifest = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
          const contents = applyPatch(await readFile(path, 'utf8'), patch);
          if (manifest.version === version && contents !== false) return {contents};
          throw new Error(`${name}.patch does not fit ${path} of ${dependency} ${manifest.version}.`);
        });
      }
      onEnd(() => {
        for (const file of unused) throw new Error(`${name}.patch changes ${file}, which is not part of the bundle.`);
      });
    },
  };
}
