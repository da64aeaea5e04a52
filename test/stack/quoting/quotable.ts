import {Unquotable} from '../../../src/stack/quoting.ts';

/** A raw value with its quoted text. */
export type Quoted = {readonly value: string; readonly text: string};

/** Quotes values, and leaves out those that the language cannot express. */
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

/** Finds the values that were not read back as they were, with their quoted text. */
export function findDifferences(quoted: readonly Quoted[], read: readonly unknown[]): readonly object[] {
  return quoted.map((each, index) => ({...each, read: read[index]})).filter(({value, read}) => value !== read);
}

/** The last value of every test file: it proves that no value before has swallowed it. */
export const end: Quoted = {value: 'end', text: 'end'};

/** Returns whether compose's output shows a value: compose v1 prints these as line breaks of YAML 1.1, which our parser does not know. */
export function isComparable({value}: Quoted): boolean {
  return !/[\u0085\u2028\u2029]/.test(value);
}
