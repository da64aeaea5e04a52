import leven from 'leven';
import * as v from 'valibot';
import type {About} from './leaf.ts';
import {schema} from './schema.ts';

/** How a value is written: as text, as a whole number, as true or false, or as a list of texts. */
export type Kind = 'text' | 'number' | 'toggle' | 'list';

/** A value as it is given, before the schema has judged it. */
export type RawValue = string | number | boolean | readonly string[];

/** One setting, by its dotted key. `required` ones have no default; the relay's domain only while the relay is enabled. */
export type Key = About & {
  readonly key: string;
  readonly kind: Kind;
  readonly default: RawValue | undefined;
  readonly required: boolean;
};

type Schema = v.GenericSchema<unknown, unknown>;

const kinds: Readonly<Record<string, Kind>> = {string: 'text', number: 'number', boolean: 'toggle', array: 'list'};

/** Every setting, in the order of the tree. */
export const keys: ReadonlyMap<string, Key> = new Map(listKeys(schema, '').map(key => [key.key, key]));

/** The groups that settings stand in: `turn`, `ports`… */
export const groups: ReadonlySet<string> = new Set([...keys.keys()].flatMap(key => key.split('.').slice(0, -1)));

function listKeys(node: Schema, path: string): readonly Key[] {
  const {schema: inner, fallback} = unwrap(node);
  if ('entries' in inner)
    return Object.entries(inner.entries as Record<string, Schema>).flatMap(([name, child]) =>
      listKeys(child, path === '' ? name : `${path}.${name}`),
    );
  const about = v.getMetadata(inner) as About;
  const kind = kinds[inner.type] ?? 'text';
  return [{key: path, kind, default: fallback, required: fallback === undefined, ...about}];
}

function unwrap(node: Schema): {schema: Schema; fallback: RawValue | undefined} {
  const optional = node as Schema & {readonly wrapped?: Schema; readonly default?: RawValue};
  return {schema: optional.wrapped ?? node, fallback: optional.default};
}

/** The known key that somebody who wrote `unknown` most likely meant. */
export function findNearest(unknown: string): string | undefined {
  const [nearest] = [...keys.keys(), ...groups]
    .map(key => ({key, distance: measure(unknown, key)}))
    .filter(({key, distance}) => distance <= Math.max(2, key.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.key;
}

// A right name in the wrong place (`web` for `ports.web`) is nearer than any misspelling.
function measure(unknown: string, key: string): number {
  const [name, wanted] = [unknown, key].map(path => path.split('.').at(-1));
  return name === wanted ? 1 : leven(unknown.toLowerCase(), key);
}
