import {runInNewContext} from 'node:vm';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {quoteJavascript} from '../../../src/stack/quoting/javascript.ts';
import {quoteJson} from '../../../src/stack/quoting/json.ts';
import {hostile} from '../hostile.ts';
import {nodeAccepts} from '../parsers.ts';

test('JavaScript reads every value as it was', () => {
  fc.assert(
    fc.property(hostile, value => {
      const text = quoteJavascript(value);
      expect(runInNewContext(`var a = {b: ${text}, c: [${text}]}; [a.b, a.c[0], 'end']`)).toEqual([
        value,
        value,
        'end',
      ]);
    }),
    {numRuns: 300},
  );
});

test('no value ends the script element it stands in', () => {
  fc.assert(fc.property(hostile, value => !/[<>&\u2028\u2029]/.test(quoteJavascript(value))));
  expect(quoteJavascript('</script>')).toBe(String.raw`"\u003c/script\u003e"`);
});

test('node takes it as a script', async () => {
  expect(await nodeAccepts(`const a = ${quoteJavascript('";\n*/\u2028')};`)).toMatchObject({accepted: true});
  expect(await nodeAccepts('const a = ";')).toMatchObject({accepted: false});
});

test('JSON reads every value as it was', () => {
  fc.assert(fc.property(hostile, value => JSON.parse(`{"a": [${quoteJson(value)}]}`).a[0] === value));
});
