import leven from 'leven';
import {type Setting, settingTable} from './schema.ts';

/** How a value is written: as text, as a whole number, as true or false, as a list of texts, as a text or one per name, or as a map of maps. */
export type Kind = 'text' | 'number' | 'toggle' | 'list' | 'texts' | 'groups';

/** A setting with its key and everything that follows from its default. */
export type Key = Setting & {
  readonly key: string;
  readonly kind: Kind;
  readonly required: boolean;
  readonly example: string;
};

/** Every setting by its dotted key, in the order of the table. */
export const keys: ReadonlyMap<string, Key> = new Map(
  Object.entries<Setting>(settingTable).map(([key, setting]) => [
    key,
    {
      example: String(setting.default),
      ...setting,
      key,
      kind: kindOf(setting),
      required: setting.default === undefined && !setting.optional,
    },
  ]),
);

/** The groups that settings belong to: `turn`, `ports`, `branding`, `branding.logo`… */
export const groups: ReadonlySet<string> = new Set([...keys.keys()].flatMap(groupsOf));

/** Returns the groups that a key is in, the outer one first. */
export function groupsOf(key: string): readonly string[] {
  const parts = key.split('.').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** Finds the key or group that was most likely meant. */
export function findNearest(unknown: string): string | undefined {
  const [nearest] = [...keys.keys(), ...groups]
    .map(key => ({key, distance: measure(unknown, key)}))
    .filter(({key, distance}) => distance <= Math.max(2, key.length / 3))
    .sort((a, b) => a.distance - b.distance || a.key.length - b.key.length);
  return nearest?.key;
}

// A right name in the wrong place (`web` for `ports.web`) is nearer than any misspelling.
function measure(unknown: string, key: string): number {
  const [name, wanted] = [unknown, key].map(path => path.split('.').at(-1));
  return name === wanted ? 1 : leven(unknown.toLowerCase(), key);
}

function kindOf({default: standard, byLanguage, byName, byGroup}: Setting): Kind {
  if (byGroup) return 'groups';
  if (byLanguage || byName) return 'texts';
  if (typeof standard === 'number') return 'number';
  if (typeof standard === 'boolean') return 'toggle';
  return Array.isArray(standard) ? 'list' : 'text';
}
