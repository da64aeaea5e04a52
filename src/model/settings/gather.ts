import type {Answers} from '../question.ts';
import type {Draft, Entry, Fault, Origin, Sources} from './draft.ts';
import {judge} from './judge.ts';
import {keys} from './keys.ts';
import {type Reading, readTyped, readYaml} from './read-yaml.ts';
import type {RawValue} from './schema.ts';

/** Gathers the settings from all sources: answers over flags over the file over the saved file over a former server. Mistakes become faults. */
export function gatherSettings(sources: Sources): Draft {
  const {former, saved, file, flags = [], answers = {}} = sources;
  const readings = [
    ...(former ? [readYaml({...former, from: 'former'})] : []),
    ...(saved ? [readYaml({...saved, from: 'saved'})] : []),
    ...(file ? [readYaml({...file, from: 'file'})] : []),
    ...flags.map(readFlag),
    {entries: readAnswers(answers), faults: []},
  ];
  const entries = mergeEntries(readings.flatMap(reading => reading.entries));
  const {values, faults, missing} = judge(entries);
  return {
    sources,
    entries,
    values,
    faults: [...readings.flatMap(reading => reading.faults), ...faults].sort(compareFaults),
    missing,
  };
}

/** Adds the wizard's answers to a draft. */
export function addAnswers(draft: Draft, answers: Answers): Draft {
  return gatherSettings({...draft.sources, answers: {...draft.sources.answers, ...answers}});
}

/** The last entry of a key counts. A part is added to the map so far; an empty text removes a name from it. */
function mergeEntries(all: readonly Entry[]): ReadonlyMap<string, Entry> {
  const merged = new Map<string, Entry>();
  for (const entry of all) {
    const before = merged.get(entry.key);
    const isAdded = entry.isPart && 'value' in entry;
    merged.set(entry.key, isAdded ? {...entry, value: addPart(before, entry.value)} : entry);
  }
  return merged;
}

function addPart(before: Entry | undefined, part: RawValue): RawValue {
  const values = [before && 'value' in before ? before.value : {}, part];
  const names = values.flatMap(value => (typeof value === 'object' ? Object.entries(value) : []));
  return Object.fromEntries([...new Map(names)].filter(([, text]) => text !== ''));
}

function readFlag(flag: string): Reading {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(flag) ?? [];
  const [, option] = /^options\.(.+)$/.exec(key ?? '') ?? [];
  if (option !== undefined && value !== undefined)
    return {
      entries: [{key: 'options', from: 'flag', source: '--set', typed: value, value: {[option]: value}, isPart: true}],
      faults: [],
    };
  if (key !== undefined && value !== undefined) return readYaml({name: '--set', from: 'flag', text: value, at: key});
  const reason = `has "${flag}", which has no key and value with = between`;
  const remedy = 'Write it as --set domain=meet.example.org.';
  return {entries: [], faults: [{key: '', from: 'flag', source: '--set', reason, remedy}]};
}

function readAnswers(answers: Answers): readonly Entry[] {
  return Object.entries(answers).flatMap(([name, typed]) => {
    const key = keys.get(name);
    return key ? [{key: name, from: 'answer', source: 'your answer', typed, value: readTyped(key, typed)}] : [];
  });
}

const strength: readonly Origin[] = ['default', 'former', 'saved', 'file', 'flag', 'answer'];

function compareFaults(a: Fault, b: Fault): number {
  return strength.indexOf(a.from) - strength.indexOf(b.from) || (a.line ?? 0) - (b.line ?? 0);
}
