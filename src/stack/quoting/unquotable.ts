import {Problem} from '../../model/problem.ts';

/** Tells that a language has no way to write a value down; the value itself, which may be a secret, is not shown. */
export class Unquotable extends Problem {
  constructor(language: string, reason: string) {
    super({
      code: 'unquotable',
      summary: `A value that goes into ${language} contains ${reason}.`,
      remedy: 'Choose another value in the settings.',
    });
    this.name = 'Unquotable';
  }
}

/** Something a language cannot carry, and what it is called. */
export type Refusal = {readonly pattern: RegExp; readonly reason: string};

/** Half a character: it cannot be written to any file as UTF-8. */
export const halfCharacter: Refusal = {pattern: /\p{Cs}/u, reason: 'half a Unicode character'};

/** What would end a line, or do worse, where a language knows no escapes for it. */
export const controlCharacter: Refusal = {pattern: /\p{Cc}/u, reason: 'a control character or a line break'};

export const nul: Refusal = {pattern: /\0/, reason: 'the character NUL'};

type Demand = {readonly language: string; readonly value: string; readonly refusals: readonly Refusal[]};

/** Throws Unquotable where a value has anything that the language cannot carry. */
export function demandQuotable({language, value, refusals}: Demand): void {
  const refusal = refusals.find(({pattern}) => pattern.test(value));
  if (refusal !== undefined) throw new Unquotable(language, refusal.reason);
}

/** Throws Unquotable where a value is longer, in bytes, than the language's parser takes. */
export function demandShort({language, value, bytes}: {language: string; value: string; bytes: number}): void {
  if (Buffer.byteLength(value) > bytes) throw new Unquotable(language, `more than ${bytes} bytes`);
}
