import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** Opens the program's folder of templates; each is read once, when it is needed. */
export function readAssets(): (name: string) => string {
  const folder = findAssets();
  const read = new Map<string, string>();
  return name => {
    const known = read.get(name) ?? readFileSync(new URL(name, folder), 'utf8');
    read.set(name, known);
    return known;
  };
}

/** Beside the bundle's own folder in a release, at the top of the tree in a checkout. */
function findAssets(): URL {
  const places = ['../assets/', '../../assets/'].map(place => new URL(place, import.meta.url));
  const found = places.find(place => existsSync(place));
  if (!found)
    throw new Error(
      `The templates are missing: neither ${places.map(place => fileURLToPath(place)).join(' nor ')} exists.`,
    );
  return found;
}
