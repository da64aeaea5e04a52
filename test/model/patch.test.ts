import {applyPatch} from 'diff';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {countLines, explainChange} from '../../src/model/patch.ts';
import type {Difference} from '../../src/model/resource.ts';

function explain(...differences: readonly Difference[]): readonly string[] {
  return explainChange({id: 'file:/etc/example', differences}).map(({text}) => text);
}

const created: Difference = {change: 'create', summary: 'write /etc/example', text: {before: '', after: 'a\nb\n'}};

describe('a change, explained', () => {
  test('is a unified diff, from nothing for a new file', () => {
    expect(explain(created)).toEqual([
      'write /etc/example',
      '--- /dev/null',
      '+++ /etc/example',
      '@@ -0,0 +1,2 @@',
      '+a',
      '+b',
    ]);
  });

  test('says that a secret is not shown', () => {
    expect(explain({change: 'update', summary: 'change it', secret: true})).toEqual([
      'change it',
      '(not shown: it holds secrets)',
    ]);
  });

  test('is its summary where there is no text', () => {
    expect(explain({change: 'start', summary: 'start it'})).toEqual(['start it']);
  });

  test('counts its lines', () => {
    expect(countLines({id: 'file:/x', differences: [created]})).toEqual({added: 2, removed: 0});
    expect(countLines({id: 'file:/x', differences: [{change: 'start', summary: 'start it'}]})).toBeUndefined();
  });

  test('is a patch that makes the new text of the old one', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '', '-c', '+d'), {minLength: 1})
      .map(lines => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        const [, ...patch] = explain({change: 'update', summary: 'change it', text: {before, after}});
        expect(applyPatch(before, `${patch.join('\n')}\n`)).toBe(after);
      }),
    );
  });
});
