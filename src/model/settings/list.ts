import {completeSettings} from './complete.ts';
import type {Draft, Origin} from './draft.ts';
import {keys, type RawValue} from './keys.ts';

export type ListedSetting = {
  readonly value: RawValue | undefined;
  readonly from: Origin | 'detected';
  readonly line?: number;
};

/** Every setting with its value and where that comes from; `detected` says what its `auto`s come to on this machine. */
export function listSettings(
  draft: Draft,
  detected: Readonly<Record<string, RawValue>>,
): Readonly<Record<string, ListedSetting>> {
  const settings = completeSettings(draft, {allowMissing: true});
  const entries = [...keys.keys()].map(key => {
    const value = pick(settings, key);
    const found = detected[key];
    if (value === 'auto' && found !== undefined) return [key, {value: found, from: 'detected'}] as const;
    const {from = 'default', line} = draft.provenance.get(key) ?? {};
    return [key, {value, from, ...(line !== undefined && {line})}] as const;
  });
  return Object.fromEntries(entries);
}

function pick(tree: object, key: string): RawValue | undefined {
  return key.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], tree) as
    | RawValue
    | undefined;
}
