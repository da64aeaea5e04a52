import type {Answers} from '../question.ts';
import type {Draft, Entry, Fault, Origin, Sources} from './draft.ts';
import {judge} from './judge.ts';
import {keys} from './keys.ts';
import {type Reading, readTyped, readYaml} from './read-yaml.ts';

/** Gathers the settings from all sources: answers over flags over the file over the saved file. Mistakes become faults. */
export function gatherSettings(sources: Sources): Draft {
  const {saved, file, flags = [], answers = {}} = sources;
  const readings = [
    ...(saved ? [readYaml({...saved, from: 'saved'})] : []),
    ...(file ? [readYaml({...file, from: 'file'})] : []),
    ...flags.map(readFlag),
    {entries: readAnswers(answers), faults: []},
  ];
  const entries = new Map(readings.flatMap(reading => reading.entries).map(entry => [entry.key, entry]));
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

function readFlag(flag: string): Reading {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(flag) ?? [];
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

const strength: readonly Origin[] = ['default', 'saved', 'file', 'flag', 'answer'];

function compareFaults(a: Fault, b: Fault): number {
  return strength.indexOf(a.from) - strength.indexOf(b.from) || (a.line ?? 0) - (b.line ?? 0);
}
