import {isAlias, isScalar, isSeq, type Node} from 'yaml';
import type {Key, RawValue} from './keys.ts';

type Value = {readonly value: RawValue} | {readonly fault: string};

/** Reads what a YAML node says of a setting; where text is wanted `4.10` and `no` are what they look like. */
export function readNode({kind}: Key, node: Node): Value {
  if (kind !== 'list') {
    const text = readScalar(node);
    return text === undefined ? {fault: refuse(node)} : {value: readText(kind, text)};
  }
  const items = isSeq<Node>(node) ? node.items : [node];
  const texts = items.map(readScalar);
  const bad = texts.indexOf(undefined);
  return bad < 0 ? {value: texts.filter(text => text !== undefined)} : {fault: refuse(items[bad])};
}

/** Reads what somebody typed into a field for a setting. */
export function readTyped({kind}: Key, text: string): RawValue {
  return kind === 'list' ? text.split(/[\s,]+/).filter(item => item !== '') : readText(kind, text.trim());
}

// What cannot be read as its kind stays text: the schema says what is wrong with it.
function readText(kind: Exclude<Key['kind'], 'list'>, text: string): RawValue {
  if (kind === 'number' && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  if (kind === 'toggle' && /^(?:true|yes|on)$/i.test(text)) return true;
  if (kind === 'toggle' && /^(?:false|no|off)$/i.test(text)) return false;
  return text;
}

function readScalar(node: Node | undefined): string | undefined {
  if (!isScalar(node) || node.tag !== undefined) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function refuse(node: Node | undefined): string {
  if (isAlias(node)) return 'refers to another value; the value itself has to stand here';
  if (node?.tag !== undefined) return `has the YAML tag ${node.tag}; the plain value has to stand here`;
  return 'is a list or a group; a single value has to stand here';
}
