import {controlCharacter, demandQuotable, demandShort, halfCharacter} from './unquotable.ts';

const language = 'an env file';
const refusals = [
  halfCharacter,
  controlCharacter,
  {pattern: /\$/, reason: 'a $, which one release of compose expands and the other does not'},
  {pattern: /^['"]/, reason: 'a quote at its start, which only some readers take for one'},
  {pattern: /^\s|\s$/u, reason: 'white space at one of its ends, which only some readers keep'},
  {pattern: /\s#/u, reason: 'a # behind white space, which only some readers keep'},
];

/** Writes a value behind NAME= so that both releases of compose and docker run --env-file read the same. */
export function quoteEnvFile(value: string): string {
  demandQuotable({language, value, refusals});
  demandShort({language, value, bytes: 32_768});
  return value;
}
