import {isPlainWord} from './plain-word.ts';
import {controlCharacter, demandQuotable, demandShort, halfCharacter} from './unquotable.ts';

const language = 'an HAProxy configuration';

/** Writes a value as one argument in HAProxy's configuration: between single quotes nothing is special. */
export function quoteHaproxy(value: string): string {
  demandQuotable({language, value, refusals: [halfCharacter, controlCharacter]});
  demandShort({language, value, bytes: 4000});
  return isPlainWord(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
