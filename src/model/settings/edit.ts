import {isDeepStrictEqual} from 'node:util';
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  type Node,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
} from 'yaml';
import type {RawValue} from './keys.ts';
import {readYaml} from './read-file.ts';

type Path = readonly [group: string, name: string] | readonly [name: string];

/** Puts one setting into the text of a settings file and leaves every other character, if at all possible, as it is. */
export function putValue(text: string, key: string, value: RawValue): string {
  const document = parseDocument(text);
  const edited = replace(text, document, {key, value}) ?? insert(text, document, {key, value});
  return edited !== undefined && isRight(edited, text, {key, value}) ? edited : rewrite(document, {key, value});
}

/** What a settings file says, key by key. */
export function listValues(text: string): Map<string, RawValue> {
  const {entries} = readYaml({name: '', from: 'saved', text});
  return new Map(entries.flatMap(entry => ('value' in entry ? [[entry.key, entry.value] as const] : [])));
}

type Setting = {readonly key: string; readonly value: RawValue};

function split(key: string): Path {
  const [first = '', second] = key.split('.');
  return second === undefined ? [first] : [first, second];
}

/** Writes a value over the one that stands there. */
function replace(text: string, document: Document, {key, value}: Setting): string | undefined {
  const node = document.getIn(split(key), true);
  const range = isScalar(node) || isCollection(node) ? node.range : undefined;
  if (!range) return undefined;
  const gap = range[0] === range[1] ? ' ' : '';
  return text.slice(0, range[0]) + gap + show(value, node) + text.slice(range[1]);
}

/** Adds a setting: to its group where there is one, else at the end. */
function insert(text: string, document: Document, {key, value}: Setting): string | undefined {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const [first, second] = split(key);
  const group = document.get(first, true);
  if (isMap<Node, Node | null>(group)) return append(text, group, {line: `${second}: ${show(value)}`, newline});
  const start = text === '' || text.endsWith('\n') ? text : text + newline;
  const lines = second === undefined ? [`${first}: ${show(value)}`] : [`${first}:`, `  ${second}: ${show(value)}`];
  return start + lines.map(line => line + newline).join('');
}

type Line = {readonly line: string; readonly newline: string};

/** Adds to a group: behind its last setting between braces, else on a line below it, as far in as the others. */
function append(text: string, group: YAMLMap<Node, Node | null>, {line, newline}: Line): string | undefined {
  const last = group.items.at(-1);
  const start = last?.key.range?.[0];
  const end = (last?.value ?? last?.key)?.range?.[1];
  if (start === undefined || end === undefined) return undefined;
  if (group.flow === true) return `${text.slice(0, end)}, ${line}${text.slice(end)}`;
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  const lineEnd = text.indexOf('\n', end - 1) + 1;
  const [head, tail] = lineEnd === 0 ? [text + newline, ''] : [text.slice(0, lineEnd), text.slice(lineEnd)];
  return `${head}${' '.repeat(indent)}${line}${newline}${tail}`;
}

/** Any other change goes through the document, which keeps comments but not every space. */
function rewrite(document: Document, {key, value}: Setting): string {
  const [first, ...rest] = split(key);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as typeof document.contents;
  if (rest.length > 0 && !isMap(document.get(first))) document.set(first, document.createNode({}));
  document.setIn([first, ...rest], document.createNode(value));
  return document.toString({lineWidth: 0, flowCollectionPadding: false});
}

/** Whether a new text says of one key what it should, of all others what it said before, and has no fault more. */
function isRight(text: string, before: string, {key, value}: Setting): boolean {
  const faults = [text, before].map(each => readYaml({name: '', from: 'saved', text: each}).faults.length);
  return faults[0] === faults[1] && isDeepStrictEqual(listValues(text), listValues(before).set(key, value));
}

// In quotes also where only a flow mapping would need them: one rule for every place.
function show(value: RawValue, old?: unknown): string {
  const options = {lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false} as const;
  if (typeof value !== 'string') return stringify(value, options).trimEnd();
  const scalar = new Scalar(value);
  if (isScalar(old) && old.type?.startsWith('QUOTE')) scalar.type = old.type;
  return /[,[\]{}]/.test(value) ? JSON.stringify(value) : stringify(scalar, options).trimEnd();
}
