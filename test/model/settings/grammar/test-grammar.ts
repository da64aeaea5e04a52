import * as v from 'valibot';
import {describe, expect, test} from 'vitest';

export type Case = {
  readonly name: string;
  readonly schema: v.GenericSchema<string>;
  /** Right texts, with their canonical form if it differs. */
  readonly right: readonly (string | readonly [typed: string, value: string])[];
  /** Wrong texts, with words of the reason where they matter. */
  readonly wrong: readonly (string | readonly [typed: string, reason: RegExp])[];
};

/** Tries every text of every case. */
export function testGrammar(cases: readonly Case[]): void {
  describe.each(cases)('$name', ({schema, right, wrong}) => {
    const read = (text: string) => v.safeParse(schema, text, {abortPipeEarly: true});

    test.each(right.map(row => (typeof row === 'string' ? [row, row] : row)))('%j is right', (typed, value) => {
      expect(read(typed)).toMatchObject({success: true, output: value});
      expect(v.is(schema, typed)).toBe(true);
    });

    test.each(wrong.map(row => (typeof row === 'string' ? ([row, /./] as const) : row)))(
      '%j is wrong',
      (typed, reason) => {
        expect(read(typed).issues).toEqual([expect.objectContaining({message: expect.stringMatching(reason)})]);
        expect(v.is(schema, typed)).toBe(false);
      },
    );
  });
}
