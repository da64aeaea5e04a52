import type {Reading} from './reading.ts';

const registry = String.raw`(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?\/)?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const name = String.raw`${registry}${component}(?:\/${component})*`;
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '@sha256:[0-9a-f]{64}';

/** Reads where a set of images lives: a registry and the folder in it, without a tag. */
export function readRepository(text: string): Reading {
  return matches(text, name) ? {value: text} : {fault: 'is not a registry with a folder in it, in lower case'};
}

/** Reads the tag of an image. */
export function readTag(text: string): Reading {
  if (matches(text, tag)) return {value: text};
  return {fault: 'is not a tag: up to 128 letters, digits and . _ -, the first neither . nor -'};
}

/** Reads an image with its tag or digest: a name alone would be another image on another day. */
export function readImage(text: string): Reading {
  if (matches(text, name)) return {fault: 'names no tag; add one, such as :4.17.0-r0'};
  if (matches(text, `${name}(?::${tag}(?:${digest})?|${digest})`)) return {value: text};
  return {fault: 'is not the name of an image with its tag'};
}

function matches(text: string, pattern: string): boolean {
  return text.length <= 255 && new RegExp(`^${pattern}$`).test(text);
}
