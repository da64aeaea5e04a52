import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type {Entry, Fault, Origin, SettingsText} from './draft.ts';
import {findNearest, groups, type Key, type Kind, keys} from './keys.ts';
import type {RawValue} from './schema.ts';

/** The entries of one source, and the mistakes in its form. */
export type Reading = {readonly entries: readonly Entry[]; readonly faults: readonly Fault[]};

type Context = SettingsText & {
  readonly from: Origin;
  readonly lines: LineCounter;
  readonly entries: Entry[];
  readonly faults: Fault[];
};

type Mistake = {readonly offset?: number | undefined; readonly reason: string; readonly remedy: string};

// Far above any settings file; it rejects wrong files and YAML bombs early.
const largest = 65_536;

/** Reads a settings file, or the YAML after a `--set`, whose key is given with `at`. */
export function readYaml({at = '', ...source}: SettingsText & {readonly from: Origin; readonly at?: string}): Reading {
  const lines = new LineCounter();
  const context: Context = {...source, lines, entries: [], faults: []};
  if (source.text.length > largest) {
    report(context, at, {reason: 'is too large for a settings file', remedy: 'Is it the right file?'});
    return context;
  }
  const document = parseDocument(source.text, {lineCounter: lines, prettyErrors: false});
  reportSyntax(context, at, document);
  if (context.faults.length === 0 || isMap(document.contents)) readNode(document.contents, at, context);
  return context;
}

// After the first syntax error the rest is guesswork; duplicate keys are all reported.
function reportSyntax(context: Context, at: string, {errors, warnings}: Pick<Document, 'errors' | 'warnings'>): void {
  const duplicates = errors.filter(({code}) => code === 'DUPLICATE_KEY');
  const [first] = errors.filter(({code}) => code !== 'DUPLICATE_KEY');
  for (const {message, pos, code} of [...(first ? [first] : []), ...warnings]) {
    const remedy = code === 'TAB_AS_INDENT' ? 'Indent with spaces.' : 'Put values with special characters in quotes.';
    report(context, at, {offset: pos[0], reason: `is not YAML: ${message}`, remedy});
  }
  for (const {pos} of duplicates) {
    const key = /^[^\s:]*/.exec(context.text.slice(pos[0]))?.[0] ?? at;
    report(context, key, {offset: pos[0], reason: 'is here a second time', remedy: 'Keep one of the two.'});
  }
}

function readNode(node: Node | null, path: string, context: Context): void {
  const key = keys.get(path);
  const fail = (mistake: Mistake) => report(context, path, {offset: node?.range?.[0], ...mistake});
  if (node === null || isEmpty(node)) {
    // In a file, an empty value is as good as no line.
    if (path !== '' && context.from === 'flag') fail({reason: 'has no value', remedy: 'Type it after the =.'});
  } else if (key) context.entries.push({...locate(node, path, context), ...readValue(key, node)});
  else if (path !== '' && !groups.has(path)) fail(describeUnknown(path));
  else if (isMap<Node, Node | null>(node)) for (const pair of node.items) readPair(pair, path, context);
  else if (path !== '') fail({reason: 'is a group of settings', remedy: describeGroup(path)});
  else fail({reason: 'is not what settings look like', remedy: 'Write each setting as "key: value".'});
}

function readPair({key, value}: Pair<Node, Node | null>, path: string, context: Context): void {
  const name = isScalar(key) ? String(key.source ?? key.value) : textOf(key, context);
  const full = path === '' ? name : `${path}.${name}`;
  const offset = key.range?.[0];
  if (!keys.has(full) && !groups.has(full)) report(context, full, {offset, ...describeUnknown(full)});
  else if (name.includes('.')) report(context, full, {offset, ...describeDotted(full)});
  else readNode(value, full, context);
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.tag === undefined;
}

/** Reads a value in the form of its setting: for a text, `4.10` and `no` are just that. */
function readValue({kind}: Key, node: Node): {readonly value: RawValue} | {readonly reason: string} {
  if (kind === 'texts' && isMap<Node, Node | null>(node)) return readTexts(node);
  if (kind === 'groups' && isMap<Node, Node | null>(node)) return readGroups(node);
  const items = kind === 'list' && isSeq<Node>(node) ? node.items : [node];
  const texts = items.flatMap(item => readScalar(item) ?? []);
  const bad = items.find(item => readScalar(item) === undefined);
  if (bad !== undefined) return {reason: describeNonScalar(bad)};
  return {value: kind === 'list' ? texts : parseText(kind, texts[0] ?? '')};
}

function readTexts({items}: YAMLMap<Node, Node | null>): {readonly value: RawValue} | {readonly reason: string} {
  const texts = items.map(({key, value}) => [readScalar(key), value ? readScalar(value) : ''] as const);
  const isText = (pair: (typeof texts)[number]): pair is readonly [string, string] => !pair.includes(undefined);
  if (!texts.every(isText)) return {reason: 'has more than a text for a name'};
  return {value: Object.fromEntries(texts)};
}

/** Reads a map of maps. A name without a map of its own is left to the schema. */
function readGroups({items}: YAMLMap<Node, Node | null>): {readonly value: RawValue} | {readonly reason: string} {
  const read = items.map(({key, value}) => {
    const name = readScalar(key) ?? '';
    return {name, texts: isMap<Node, Node | null>(value) ? readTexts(value) : {value: {}}};
  });
  const broken = read.find(({texts}) => 'reason' in texts);
  if (broken) return {reason: `has ${broken.name}, which has a list or a group in place of a value`};
  const values = read.map(({name, texts}) => [name, 'value' in texts ? texts.value : {}] as const);
  return {value: Object.fromEntries(values) as RawValue};
}

/** Reads a value that was typed into a field. */
export function readTyped(key: Key, text: string): RawValue {
  const {kind} = key;
  const {contents, errors} = parseDocument<Node>(
    (kind === 'texts' || kind === 'groups') && text.trim().startsWith('{') ? text : '',
  );
  const read = contents && errors.length === 0 ? readValue(key, contents) : {reason: ''};
  if ('value' in read) return read.value;
  return kind === 'list' ? text.split(/[\s,]+/).filter(item => item !== '') : parseText(kind, text.trim());
}

// Text of the wrong form is left to the schema, which reports it.
function parseText(kind: Kind, text: string): RawValue {
  if (kind === 'number' && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  if (kind === 'toggle' && /^(?:true|yes|on)$/i.test(text)) return true;
  if (kind === 'toggle' && /^(?:false|no|off)$/i.test(text)) return false;
  return text;
}

function readScalar(node: Node): string | undefined {
  if (!isScalar(node) || node.tag !== undefined) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function describeNonScalar(node: Node): string {
  if (isAlias(node)) return 'refers to another value; write the value itself here';
  if (node.tag !== undefined) return `has the YAML tag ${node.tag}; write the plain value here`;
  return 'is a list or a group; a single value is needed here';
}

function describeUnknown(path: string): Mistake {
  const nearest = findNearest(path);
  const remedy = nearest === undefined ? 'See jitsi-onebox --help for all of them.' : `Did you mean ${nearest}?`;
  return {reason: 'is not a setting', remedy};
}

function describeDotted(path: string): Mistake {
  const [group, name] = path.split('.');
  return {reason: 'is how --set names a setting', remedy: `In a file write "${group}:" and below it "  ${name}: …".`};
}

function describeGroup(path: string): string {
  const members = [...keys.keys()].filter(key => key.startsWith(`${path}.`));
  return `Type one of ${members.join(', ')} instead.`;
}

function locate(node: Node, key: string, context: Context) {
  const {from, name: source} = context;
  const lines = (nodes: readonly Node[]) => nodes.flatMap(({range}) => lineOf(context, range?.[0]) ?? []);
  const [line] = lines([node]);
  const itemLines = isSeq<Node>(node) ? lines(node.items) : [];
  const typed = textOf(node, context).trim();
  return {key, from, source, typed, ...(line !== undefined && {line}), ...(itemLines.length > 0 && {itemLines})};
}

function textOf({range}: Node, {text}: Context): string {
  return range ? text.slice(range[0], range[1]) : '';
}

// A flag has no lines.
function lineOf({from, lines}: Context, offset: number | undefined): number | undefined {
  return from === 'flag' || offset === undefined ? undefined : lines.linePos(offset).line;
}

function report(context: Context, key: string, {offset, reason, remedy}: Mistake): void {
  const {from, name: source} = context;
  const line = lineOf(context, offset);
  context.faults.push({key, from, source, ...(line !== undefined && {line}), reason, remedy});
}
