import * as v from 'valibot';
import {Problem} from '../problem.ts';
import type {Draft, Fault} from './draft.ts';
import {buildTree} from './gather.ts';
import {keys} from './keys.ts';
import {type IncompleteSettings, incompleteSchema, type Settings, schema} from './schema.ts';

/** Turns a draft into settings, or throws one Problem that lists everything that is wrong with it. */
export function completeSettings(draft: Draft): Settings;
export function completeSettings(draft: Draft, options: {readonly allowMissing: true}): IncompleteSettings;
export function completeSettings(
  draft: Draft,
  options?: {readonly allowMissing: boolean},
): Settings | IncompleteSettings {
  const isMissing = draft.missing.length > 0 && options?.allowMissing !== true;
  if (draft.faults.length > 0 || isMissing) throw describeFaults(draft, isMissing ? draft.missing : []);
  return v.parse(options?.allowMissing === true ? incompleteSchema : schema, buildTree(draft.entries));
}

/** One fault as a sentence with its place, its value and what to do. */
export function describeFault({key, source, line, value, reason, remedy}: Fault): string {
  const place = line === undefined ? source : `${source}:${line}`;
  const subject = [key, value === undefined ? '' : show(value)].filter(part => part !== '').join(' ');
  return `${place}: ${[subject, reason].filter(part => part !== '').join(' ')}. ${remedy}`;
}

function describeFaults({faults}: Draft, missing: readonly string[]): Problem {
  // What a file that cannot be read would have said is unknown, not missing.
  const isRead = faults.every(({key}) => key !== '');
  const lines = [...faults.map(describeFault), ...(isRead ? missing.map(describeMissing) : [])];
  const opening = lines.length === 1 ? 'A setting is not right:' : `${lines.length} settings are not right:`;
  return new Problem({
    code: 'bad-settings',
    summary: [opening, ...lines.map(line => `  ${line}`)].join('\n'),
    remedy: 'Put right what is listed and run the same command again.',
  });
}

function describeMissing(key: string): string {
  const hint = key === 'turn.domain' ? ', or do without the relay by --set turn.enabled=false' : '';
  return `${key} is missing. Add it to the settings file or type --set ${key}=${keys.get(key)?.example}${hint}.`;
}

// Whatever was typed must neither hide nor flood the message.
function show(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
