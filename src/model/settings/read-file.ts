import {type Document, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument} from 'yaml';
import type {Entry, Fault, Origin, SettingsText} from './draft.ts';
import {findNearest, groups, keys} from './keys.ts';
import {readNode} from './read-value.ts';

/** What one source says, and what is wrong with how it says it. */
export type Reading = {readonly entries: readonly Entry[]; readonly faults: readonly Fault[]};

/** A text to read, and under which key its content belongs; nothing for a whole file. */
export type Origins = SettingsText & {readonly from: Origin; readonly at?: string};

type Context = Origins & {readonly lines: LineCounter};

// Far above any settings file; it keeps a wrong file (or a bomb) from being worked on.
const largest = 65_536;
const tooLarge = {reason: 'is too large for a settings file', remedy: 'Is it the right file?'};

/** Reads a settings file, or the YAML behind a `--set`. */
export function readYaml(origins: Origins): Reading {
  const lines = new LineCounter();
  const context = {...origins, lines};
  if (origins.text.length > largest) return fail(context, tooLarge);
  const document = parseDocument(origins.text, {lineCounter: lines, prettyErrors: false, version: '1.2'});
  const faults = listFaults(document, context);
  if (faults.length > 0 && !isMap(document.contents)) return {entries: [], faults};
  const content = readTree(document.contents, origins.at ?? '', context);
  return {entries: content.entries, faults: [...faults, ...content.faults]};
}

// After the first fault in its syntax the rest of a file is guesswork; keys that stand twice are told one by one.
function listFaults({errors, warnings}: Document.Parsed, context: Context): readonly Fault[] {
  const twice = errors.filter(({code}) => code === 'DUPLICATE_KEY');
  const [first] = errors.filter(({code}) => code !== 'DUPLICATE_KEY');
  return [
    ...[...(first ? [first] : []), ...warnings].map(({message, pos: [offset]}) => {
      const reason = `is not YAML: ${message}`;
      return blame(context, {offset, reason, remedy: 'A value with special characters has to stand in quotes.'});
    }),
    ...twice.map(({pos: [offset]}) => {
      const path = /^[^\s:]*/.exec(context.text.slice(offset))?.[0];
      return blame(context, {path, offset, reason: 'stands here a second time', remedy: 'Keep one of the two.'});
    }),
  ];
}

function readTree(node: Node | null, path: string, context: Context): Reading {
  const key = keys.get(path);
  if (node === null || isEmpty(node))
    return path === '' || context.from !== 'flag'
      ? nothing
      : fail(context, {path, reason: 'has no value', remedy: 'Type it behind the =.'});
  if (key !== undefined) return {entries: [{...locate(node, path, context), ...readNode(key, node)}], faults: []};
  if (path !== '' && !groups.has(path)) return fail(context, {path, node, ...describeUnknown(path)});
  if (isMap<Node, Node | null>(node)) return join(node.items.map(pair => readPair(pair, path, context)));
  if (path === '')
    return fail(context, {node, reason: 'is not what settings look like', remedy: 'Write each as "key: value".'});
  return fail(context, {path, node, reason: 'is a group of settings', remedy: describeGroup(path)});
}

function readPair({key, value}: Pair<Node, Node | null>, path: string, context: Context): Reading {
  const name = isScalar(key) ? String(key.source ?? key.value) : context.text.slice(...span(key));
  const full = path === '' ? name : `${path}.${name}`;
  // `turn.domain: …` is how --set writes it.
  if (name.includes('.') && keys.has(full)) return fail(context, {path: full, node: key, ...describeDotted(full)});
  return keys.has(full) || groups.has(full)
    ? readTree(value, full, context)
    : fail(context, {path: full, node: key, ...describeUnknown(full)});
}

const nothing: Reading = {entries: [], faults: []};

// An empty value says nothing, as if its line were not there.
function isEmpty(node: Node | null): boolean {
  return isScalar(node) && node.value === null && node.tag === undefined;
}

function join(readings: readonly Reading[]): Reading {
  return {entries: readings.flatMap(({entries}) => entries), faults: readings.flatMap(({faults}) => faults)};
}

function describeUnknown(path: string): {readonly reason: string; readonly remedy: string} {
  const nearest = findNearest(path);
  const remedy = nearest === undefined ? 'See jitsi-onebox --help for all of them.' : `Did you mean ${nearest}?`;
  return {reason: 'is not a setting', remedy};
}

function describeDotted(path: string): {readonly reason: string; readonly remedy: string} {
  const [group, name] = path.split('.');
  return {reason: 'is how --set names a setting', remedy: `In a file write "${group}:" and below it "  ${name}: …".`};
}

function describeGroup(path: string): string {
  const members = [...keys.keys()].filter(key => key.startsWith(`${path}.`));
  return `Type one of ${members.join(', ')} instead.`;
}

function locate(node: Node, key: string, context: Context): Omit<Entry, 'value' | 'fault'> {
  const typed = context.text.slice(...span(node)).trim();
  const offsets = isSeq<Node>(node) && context.from !== 'flag' ? node.items.map(item => span(item)[0]) : [];
  const itemLines = offsets.length > 0 && {itemLines: offsets.map(offset => context.lines.linePos(offset).line)};
  return {key, from: context.from, source: context.name, typed, ...lineOf(context, node.range?.[0]), ...itemLines};
}

function span(node: Node): [number, number] {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}

// A flag has no lines.
function lineOf({from, lines}: Context, offset: number | undefined): {readonly line?: number} {
  return from === 'flag' || offset === undefined ? {} : {line: lines.linePos(offset).line};
}

type Fact = {
  readonly path?: string | undefined;
  readonly node?: Node;
  readonly offset?: number;
  readonly reason: string;
  readonly remedy: string;
};

function fail(context: Context, fact: Fact): Reading {
  return {entries: [], faults: [blame(context, fact)]};
}

function blame(context: Context, {path, node, offset, reason, remedy}: Fact): Fault {
  const {from, name, at} = context;
  return {key: path ?? at ?? '', from, source: name, ...lineOf(context, node?.range?.[0] ?? offset), reason, remedy};
}
