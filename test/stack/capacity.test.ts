import {expect, test} from 'vitest';
import {estimateCapacity} from '../../src/stack/capacity.ts';

test.each([
  [{cores: 1}, {video: 35, sound: 145, limit: 'processors'}],
  [{cores: 4}, {video: 140, sound: 580, limit: 'processors'}],
  [
    {cores: 4, uplink: 40},
    {video: 12, sound: 208, limit: 'line'},
  ],
  [
    {cores: 1, uplink: 1000},
    {video: 35, sound: 145, limit: 'processors'},
  ],
  [
    {cores: 2, uplink: 0.5},
    {video: 0, sound: 2, limit: 'line'},
  ],
] as const)('%o', (machine, expected) => expect(estimateCapacity(machine)).toEqual(expected));

test('more cores or a better line never carry fewer people', () => {
  for (let cores = 1; cores < 16; cores += 1)
    for (let uplink = 1; uplink < 2000; uplink += 37) {
      const [here, more] = [
        estimateCapacity({cores, uplink}),
        estimateCapacity({cores: cores + 1, uplink: uplink * 2}),
      ];
      expect(more.video).toBeGreaterThanOrEqual(here.video);
      expect(more.sound).toBeGreaterThanOrEqual(here.sound);
    }
});
