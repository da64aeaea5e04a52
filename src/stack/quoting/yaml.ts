import {escapeUnit} from './escape-unit.ts';
import {demandQuotable, halfCharacter, nul} from './unquotable.ts';

const language = 'a YAML file';
// YAML wants these escaped where JSON does not.
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Writes a value as a YAML string between double quotes. */
export function quoteYaml(value: string): string {
  demandQuotable({language, value, refusals: [halfCharacter]});
  return JSON.stringify(value).replace(unprintable, escapeUnit);
}

/** Writes a value as a string of a compose file, where compose must not find a variable in it. */
export function quoteCompose(value: string): string {
  demandQuotable({language: 'a compose file', value, refusals: [nul]});
  return quoteYaml(value).replaceAll('$', '$$$$');
}
