import {Problem} from '../problem.ts';
import type {Draft, Fault, Origin} from './draft.ts';
import {groups, keys} from './keys.ts';
import type {IncompleteSettings, RawValue, Settings} from './schema.ts';

/** Turns a draft into settings, or throws one Problem that lists all mistakes. */
export function completeSettings(draft: Draft): Settings;
export function completeSettings(draft: Draft, options: {readonly allowMissing: true}): IncompleteSettings;
export function completeSettings(draft: Draft, {allowMissing = false} = {}): Settings | IncompleteSettings {
  const missing = allowMissing ? [] : draft.missing;
  if (draft.faults.length > 0 || missing.length > 0) throw describeFaults(draft.faults, missing);
  return buildTree(draft.values) as Settings;
}

/** Nests values by their dotted keys. The judge has parsed each with its schema, so the tree has the type of the table. */
function buildTree(values: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const tree: Record<string, unknown> = Object.fromEntries([...groups].map(group => [group.split('.')[0], {}]));
  for (const [key, value] of values) {
    const [, group = '', name] = /^([^.]+)\.?(.*)$/.exec(key) ?? [];
    tree[group] = name === '' ? value : {...(tree[group] as object | undefined), [String(name)]: value};
  }
  return tree;
}

export type ListedSetting = {
  readonly value: RawValue | undefined;
  readonly from: Origin | 'detected';
  readonly line?: number;
};

/** Lists every setting with its value and origin; `detected` has the values of `auto` on this machine. */
export function listSettings(
  draft: Draft,
  detected: Readonly<Record<string, RawValue>>,
): Readonly<Record<string, ListedSetting>> {
  if (draft.faults.length > 0) throw describeFaults(draft.faults, []);
  const listed = [...keys.keys()].map(key => {
    const value = draft.values.get(key) as RawValue | undefined;
    const found = detected[key];
    if (value === 'auto' && found !== undefined) return [key, {value: found, from: 'detected'}] as const;
    const {from = 'default', line} = draft.entries.get(key) ?? {};
    return [key, {value, from, ...(line !== undefined && {line})}] as const;
  });
  return Object.fromEntries(listed);
}

function describeFaults(faults: readonly Fault[], missing: readonly string[]): Problem {
  // A file that cannot be read may hold what seems to be missing.
  const isRead = faults.every(({key}) => key !== '');
  const lines = [...faults.map(describeFault), ...(isRead ? missing.map(describeMissing) : [])];
  const opening = lines.length === 1 ? 'One setting is not valid:' : `${lines.length} settings are not valid:`;
  return new Problem({
    code: 'bad-settings',
    summary: [opening, ...lines.map(line => `  ${line}`)].join('\n'),
    remedy: 'Correct the settings in the list and run the same command again.',
  });
}

/** Describes a fault in a sentence with its place, its value and the remedy. */
export function describeFault({key, source, line, value, reason, remedy}: Fault): string {
  const place = line === undefined ? source : `${source}:${line}`;
  const subject = [key, value === undefined ? '' : quote(value)].filter(part => part !== '').join(' ');
  return `${place}: ${[subject, reason].filter(part => part !== '').join(' ')}. ${remedy}`;
}

function describeMissing(key: string): string {
  const hint = key === 'turn.domain' ? ', or do without the relay: --set turn.enabled=false' : '';
  return `${key} is missing. Add it to the settings file or type --set ${key}=${keys.get(key)?.example}${hint}.`;
}

// A typed value must neither flood nor hide the message.
function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
