import {Unquotable} from '../../../src/stack/quoting.ts';

/** A raw value with what it was turned into. */
export type Quoted = {readonly value: string; readonly text: string};

/** Quotes what the language can carry and leaves out what its function refuses. */
export function quoteAll(values: readonly string[], quote: (value: string) => string): readonly Quoted[] {
  return values.flatMap(value => {
    try {
      return [{value, text: quote(value)}];
    } catch (error) {
      if (error instanceof Unquotable) return [];
      throw error;
    }
  });
}

/** Which values were not read back as they were, with the text that stood for them; none is how it should be. */
export function findDifferences(quoted: readonly Quoted[], read: readonly unknown[]): readonly object[] {
  return quoted.map((each, index) => ({...each, read: read[index]})).filter(({value, read}) => value !== read);
}

/** The last value of every test file: it proves that what stands before has not swallowed it. */
export const end: Quoted = {value: 'end', text: 'end'};

/** Whether compose's answer shows a value: release 1 prints these as line breaks of YAML 1.1, which our reader does not know. */
export function isComparable({value}: Quoted): boolean {
  return !/[\u0085\u2028\u2029]/.test(value);
}
