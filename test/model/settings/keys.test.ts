import {expect, test} from 'vitest';
import {describeSettings} from '../../../src/model/settings/describe.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {findNearest, keys} from '../../../src/model/settings/keys.ts';

test('every setting says in one sentence what it is for', () => {
  for (const {key, description} of describeSettings())
    expect([key, description]).toEqual([key, expect.stringMatching(/^(?:[A-Z]|nginx |go-).{10,90}\.$/)]);
});

test('every example is one that the schema takes', () => {
  const flags = describeSettings().map(({key, example}) => `${key}=${example}`);
  expect(gatherSettings({flags})).toMatchObject({faults: [], missing: []});
});

test('what has no default is required', () => {
  expect(
    describeSettings()
      .filter(({required}) => required)
      .map(({key}) => key),
  ).toEqual(['domain', 'contact', 'turn.domain']);
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
])('somebody who writes %s means %s', (unknown, meant) => {
  expect(findNearest(unknown)).toBe(meant);
});
