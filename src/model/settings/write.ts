import {isDeepStrictEqual} from 'node:util';
import type {Draft} from './draft.ts';
import {listValues, putValue} from './edit.ts';
import {keys} from './keys.ts';

const header = `# What this host should be. jitsi-onebox reads this file at every run; edit it as you like.
# All settings: jitsi-onebox --help
`;

/** The text to save: what was saved (at first: the given file) with whatever other sources say put in, comments kept. */
export function writeSettings({sources: {saved, file}, entries}: Draft): string {
  const base = (saved ?? file)?.text ?? header;
  const values = listValues(base);
  const news = [...keys.keys()].flatMap(key => {
    const entry = entries.get(key);
    return entry && 'value' in entry && !isDeepStrictEqual(entry.value, values.get(key))
      ? [{key, value: entry.value}]
      : [];
  });
  return news.reduce((text, {key, value}) => putValue(text, key, value), base);
}
