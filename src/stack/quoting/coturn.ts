import {isPlainWord} from './plain-word.ts';
import {controlCharacter, demandQuotable, demandShort, halfCharacter} from './unquotable.ts';

const language = "coturn's configuration";

/** Writes a value behind option= in turnserver.conf; between quotes it is taken as it is, further quotes too. */
export function quoteCoturn(value: string): string {
  demandQuotable({language, value, refusals: [halfCharacter, controlCharacter]});
  // coturn reads lines in pieces of 1023 bytes, the option's name included.
  demandShort({language, value, bytes: 900});
  return isPlainWord(value) ? value : `"${value}"`;
}
