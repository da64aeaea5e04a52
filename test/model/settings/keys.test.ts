import * as v from 'valibot';
import {expect, test} from 'vitest';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {findNearest, keys} from '../../../src/model/settings/keys.ts';

test('every setting says in one sentence what it is for', () => {
  for (const {key, help} of keys.values())
    expect([key, help]).toEqual([key, expect.stringMatching(/^(?:[A-Z]|nginx |go-).{10,90}\.$/)]);
});

test('every example is one that the schema takes', () => {
  const flags = [...keys.values()].map(({key, example}) => `${key}=${example}`);
  expect(gatherSettings({flags})).toMatchObject({faults: [], missing: []});
});

test('every default is one that the schema takes, and stays as it is', () => {
  for (const {schema, default: standard} of keys.values())
    if (standard !== undefined) expect(v.parse(schema, standard)).toEqual(standard);
});

test('settings without a default are required', () => {
  expect([...keys.values()].filter(({required}) => required).map(({key}) => key)).toEqual([
    'domain',
    'contact',
    'turn.domain',
  ]);
  expect(keys.get('ports.web')).toMatchObject({default: 8289, kind: 'number', required: false});
});

test.each([
  ['domian', 'domain'],
  ['turn.domains', 'turn.domain'],
  ['web', 'ports.web'],
  ['image.tag', 'images.tag'],
  ['Timezone', 'timezone'],
  ['port', 'ports'],
  ['colour', undefined],
])('the key %s is taken for a misspelled %s', (unknown, meant) => {
  expect(findNearest(unknown)).toBe(meant);
});
