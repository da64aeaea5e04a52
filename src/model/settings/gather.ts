import * as v from 'valibot';
import type {Answers} from '../question.ts';
import type {Draft, Entry, Fault, Origin, Provenance, Sources} from './draft.ts';
import {keys} from './keys.ts';
import {type Reading, readYaml} from './read-file.ts';
import {readTyped} from './read-value.ts';
import {schema} from './schema.ts';

/** Puts together what the sources say: answers over flags over the file over what was saved. Bad values become faults. */
export function gatherSettings(sources: Sources): Draft {
  const readings = [...readTexts(sources), ...(sources.flags ?? []).map(readFlag), readAnswers(sources.answers ?? {})];
  const entries = new Map(readings.flatMap(reading => reading.entries).map(entry => [entry.key, entry]));
  const unread = [...entries.values()]
    .filter(entry => 'fault' in entry)
    .map(entry => blame(entry, {key: entry.key, reason: entry.fault}));
  const {faults, missing} = judge(entries);
  const known = new Set(unread.map(({key}) => key));
  return {
    sources,
    entries,
    provenance: new Map([...keys.keys()].map(key => [key, trace(entries.get(key))])),
    faults: [
      ...readings.flatMap(reading => reading.faults),
      ...unread,
      ...faults.filter(({key}) => !known.has(key)),
    ].sort(compare),
    missing: missing.filter(key => !known.has(key)),
  };
}

/** The draft after the wizard: its answers count for more than anything else. */
export function addAnswers(draft: Draft, answers: Answers): Draft {
  return gatherSettings({...draft.sources, answers: {...draft.sources.answers, ...answers}});
}

/** The values of a draft as the tree that the schema reads. */
export function buildTree(entries: ReadonlyMap<string, Entry>): Readonly<Record<string, unknown>> {
  const tree: Record<string, unknown> = {};
  for (const entry of entries.values()) {
    if (!('value' in entry)) continue;
    const [group, name] = entry.key.split('.');
    if (group === undefined) continue;
    tree[group] = name === undefined ? entry.value : {...(tree[group] as object | undefined), [name]: entry.value};
  }
  return tree;
}

function readTexts({saved, file}: Sources): readonly Reading[] {
  return [
    ...(saved === undefined ? [] : [readYaml({...saved, from: 'saved'})]),
    ...(file === undefined ? [] : [readYaml({...file, from: 'file'})]),
  ];
}

function readFlag(flag: string): Reading {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(flag) ?? [];
  if (key !== undefined && value !== undefined) return readYaml({name: '--set', from: 'flag', text: value, at: key});
  const reason = `has "${flag}", which has no key and value with = between`;
  const remedy = 'Write it as --set domain=meet.example.org.';
  return {entries: [], faults: [{key: '', from: 'flag', source: '--set', reason, remedy}]};
}

function readAnswers(answers: Answers): Reading {
  const entries = Object.entries(answers).flatMap(([name, typed]): readonly Entry[] => {
    const key = keys.get(name);
    if (key === undefined) return [];
    return [{key: name, from: 'answer', source: 'your answer', typed, value: readTyped(key, typed)}];
  });
  return {entries, faults: []};
}

type Judgement = {readonly faults: readonly Fault[]; readonly missing: readonly string[]};

function judge(entries: ReadonlyMap<string, Entry>): Judgement {
  const result = v.safeParse(schema, buildTree(entries));
  const issues = (result.issues ?? []).map(issue => ({...locate(issue), reason: issue.message}));
  const first = issues.filter(({key}, index) => issues.findIndex(issue => issue.key === key) === index);
  return {
    missing: first.filter(({absent}) => absent).map(({key}) => key),
    faults: first.filter(({absent}) => !absent).map(issue => blame(entries.get(issue.key), issue)),
  };
}

/** Which setting an issue is about; within a list also which of its items. */
function locate({path}: v.BaseIssue<unknown>): {key: string; index: number | undefined; absent: boolean} {
  const names = (path ?? []).map(({key}) => key);
  const last = names.at(-1);
  const index = typeof last === 'number' ? last : undefined;
  return {
    key: (index === undefined ? names : names.slice(0, -1)).join('.'),
    index,
    absent: path?.at(-1)?.value === undefined,
  };
}

type Issue = {readonly key: string; readonly index?: number | undefined; readonly reason: string};

// Without an entry it is a default that another value clashes with.
function blame(entry: Entry | undefined, {key, index, reason}: Issue): Fault {
  const about = keys.get(key);
  const {from, source, typed} = entry ?? {from: 'default', source: 'default', typed: String(about?.default)};
  const line = index === undefined ? entry?.line : entry?.itemLines?.[index];
  const value = index === undefined ? typed : pickItem(entry, index);
  const remedy = entry ? `Type for example ${about?.example}.` : `Change the other one, or ${key} too.`;
  return {key, from, source, ...(line !== undefined && {line}), value, reason, remedy};
}

function pickItem(entry: Entry | undefined, index: number): string {
  return entry !== undefined && 'value' in entry && Array.isArray(entry.value) ? String(entry.value[index]) : '';
}

function trace(entry: Entry | undefined): Provenance {
  if (entry === undefined) return {from: 'default'};
  return {from: entry.from, ...(entry.line !== undefined && {line: entry.line})};
}

const strength: readonly Origin[] = ['default', 'saved', 'file', 'flag', 'answer'];

function compare(a: Fault, b: Fault): number {
  return strength.indexOf(a.from) - strength.indexOf(b.from) || (a.line ?? 0) - (b.line ?? 0);
}
