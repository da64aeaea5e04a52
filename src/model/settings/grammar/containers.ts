import {basename} from 'node:path';
import * as v from 'valibot';

const registry = String.raw`(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?\/)?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const name = String.raw`${registry}${component}(?:\/${component})*`;
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '@sha256:[0-9a-f]{64}';

/** The registry and folder of a set of images, without a tag. */
export const repository = v.pipe(v.string(), matching(name, 'is not a registry with a folder in it, in lower case'));

/** The tag of an image. */
export const imageTag = v.pipe(
  v.string(),
  matching(tag, 'is not a tag: up to 128 letters, digits and . _ -, the first neither . nor -'),
);

/** An image with its tag or digest. A name alone could be another image tomorrow. */
export const image = v.pipe(
  v.string(),
  v.check(text => !matches(text, name), 'has no tag; add one, such as :4.17.0-r0'),
  matching(`${name}(?::${tag}(?:${digest})?|${digest})`, 'is not the name of an image with its tag'),
);

function matching(pattern: string, fault: string) {
  return v.check<string, string>(text => matches(text, pattern), fault);
}

function matches(text: string, pattern: string): boolean {
  return text.length <= 255 && new RegExp(`^${pattern}$`).test(text);
}

/** An amount of memory as Java takes it, from 128m to 64g. */
export const memorySize = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,5}[mg]$/, 'is not a whole number followed by m or g'),
  v.check(text => countMegabytes(text) >= 128, 'is less than 128m, too little to start'),
  v.check(text => countMegabytes(text) <= 65_536, 'is more than 64g'),
);

function countMegabytes(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('g') ? 1024 : 1);
}

// Their owner and mode must never change.
const systemDirectory = /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|proc|run|sbin|sys|tmp|usr)(?:\/|$)/;

/** The absolute path of the stack's own directory; its last part names the compose project. */
export const directory = v.pipe(
  v.string(),
  v.check(text => text.startsWith('/'), 'is not an absolute path: it has to start with /'),
  v.maxLength(200, 'is longer than 200 characters'),
  v.check(text => !/\/\/|\/$/.test(text), 'has a / too many'),
  v.check(text => !/\/\.{1,2}(?:\/|$)/.test(text), 'has a part that is . or ..'),
  v.regex(/^[A-Za-z0-9/._-]+$/, 'has other characters than letters, digits and / . _ -'),
  v.check(text => !systemDirectory.test(text), 'is in a system directory'),
  v.check(text => text.lastIndexOf('/') > 0, 'is directly below /; choose a directory further down'),
  v.check(
    text => /^[a-z0-9][a-z0-9_-]*$/.test(basename(text)),
    ({input}) => `ends with "${basename(input)}", which cannot name a compose project (a-z, 0-9, _ and -)`,
  ),
);

/** A time zone with the spelling of the time zone database. */
export const timeZone = v.pipe(v.string(), v.transform(findZone), v.nonEmpty('is not in the time zone database'));

function findZone(text: string): string {
  // Most servers use this one. Intl knows it but does not list it, and takes 70 ms to say so.
  if (text === 'Etc/UTC') return text;
  // The longest name has 32 characters, and Intl takes its time for nonsense.
  if (text.length > 64) return '';
  const listed = Intl.supportedValuesOf('timeZone').find(zone => zone.toLowerCase() === text.toLowerCase());
  // Intl also accepts offsets such as +01:00, for which the database has no file.
  const hasForm = /^[A-Z][A-Za-z0-9]*(?:[/_+-][A-Za-z0-9]+)*$/.test(text);
  return listed ?? (hasForm && isKnown(text) ? text : '');
}

// Older names such as US/Eastern are known but not listed.
function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', {timeZone: zone});
    return true;
  } catch {
    return false;
  }
}
