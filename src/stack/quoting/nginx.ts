import {isPlainWord} from './plain-word.ts';
import {controlCharacter, demandQuotable, demandShort, halfCharacter} from './unquotable.ts';

const language = 'an nginx configuration';
// nginx reads a file in pieces of 4096 bytes, and no parameter may be longer.
const bytes = 4000;

/** Writes a value as one parameter of an nginx directive. */
export function quoteNginx(value: string): string {
  // Most directives read $name as a variable, and there is no way to write the character itself.
  const variable = {pattern: /\$/, reason: 'a $, which nginx takes for a variable'};
  demandQuotable({language, value, refusals: [halfCharacter, controlCharacter, variable]});
  const quoted = isPlainWord(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
  demandShort({language, value: quoted, bytes});
  return quoted;
}
