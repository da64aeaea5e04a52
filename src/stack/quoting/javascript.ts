import {escapeUnit} from './escape-unit.ts';

const unsafe = /[<>&\u2028\u2029]/g;

/** Writes a value as a JavaScript string that also survives inside a script element of an HTML page. */
export function quoteJavascript(value: string): string {
  return JSON.stringify(value).replace(unsafe, escapeUnit);
}
