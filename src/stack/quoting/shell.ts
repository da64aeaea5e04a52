import {isPlainWord} from './plain-word.ts';
import {demandQuotable, halfCharacter, nul} from './unquotable.ts';

/** Writes a value as one word of a POSIX shell script. */
export function quoteShell(value: string): string {
  demandQuotable({language: 'a shell script', value, refusals: [halfCharacter, nul]});
  return isPlainWord(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
