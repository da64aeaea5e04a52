import * as v from 'valibot';

/** The languages of Jitsi's client, as the web names them. */
export const languages: readonly string[] = (
  'en af ar be bg ca cs da de dsb el en-GB eo es es-US et eu fa fi fr fr-CA gl he hi hr hsb hu hy id is it ja kab ko lt ' +
  'lv ml mn mr nb nl nn oc pl pt pt-BR ro ru sc sk sl sq sr sv te tr uk vi zh-CN zh-TW'
).split(' ');

const isLanguage = (text: string) => languages.includes(text);

/** A language of the client. */
export const language = v.pipe(
  v.string(),
  v.check(isLanguage, 'is not a language of the client; it is written like nl or pt-BR'),
);

/** One line of text, whatever is in it. */
export const line = v.pipe(
  v.string(),
  v.check(text => text.trim() !== '', 'is empty'),
  v.check(text => !/\p{Cc}|\p{Cs}/u.test(text), 'contains a control character or a line break'),
  v.maxBytes(10_240, 'is longer than 10 kB'),
);

const lineByLanguage = v.pipe(
  v.record(v.string(), line),
  v.minEntries(1, 'names no language'),
  v.check(
    lines => Object.keys(lines).every(isLanguage),
    ({input}) =>
      `has the language "${Object.keys(input).find(key => !isLanguage(key))}", which is not one of the client`,
  ),
  v.readonly(),
);

/** One line for all languages, or one for each of some. A union would hide the fault of the other schema. */
export const lineOrLines = v.lazy(
  (input): v.GenericSchema<string | Readonly<Record<string, string>>> =>
    typeof input === 'string' ? line : lineByLanguage,
);

/** The path of a file. */
export const filePath = v.pipe(
  v.string(),
  v.check(text => text.startsWith('/'), 'is not an absolute path: it has to start with /'),
  v.check(text => !/\p{Cc}|\p{Cs}/u.test(text), 'contains a control character'),
  v.maxLength(1000, 'is longer than 1000 characters'),
);
