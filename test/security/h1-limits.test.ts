import {expect, test} from 'vitest';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {makeFacts, makeInput} from '../stack/input.ts';

const gibibyte = 1024 ** 3;
const limitsOf = (memory: number, cores: number, settings?: string) =>
  drawBlueprint(makeInput({facts: makeFacts({memory, cores}), ...(settings && {settings})})).blueprint.limits;

test('h1: the relay serves what the memory carries, and nobody gets all of it', () => {
  expect(limitsOf(2 * gibibyte, 1).relay).toEqual({total: 192, source: 96, user: 20});
  // Another kernel reports a little less, and nothing restarts for it.
  expect(limitsOf(1.99 * gibibyte, 1).relay).toEqual(limitsOf(2 * gibibyte, 1).relay);
  expect(limitsOf(0.5 * gibibyte, 1).relay.total).toBe(100);
  expect(limitsOf(64 * gibibyte, 1).relay.total).toBe(1000);
});

test('m3: one source holds half of the connections of nginx at most, which has 768 per processor and uses two for a page', () => {
  for (const cores of [1, 2, 8])
    expect(2 * limitsOf(gibibyte, cores).connections).toBeLessThanOrEqual((768 * cores) / 2);
});

test('m3: with as many past HAProxy, some connections of nginx are left, and an office of 200 has one each', () => {
  for (const cores of [1, 2, 8, 64]) {
    const {connections, nginx} = limitsOf(gibibyte, cores);
    expect(2 * connections + nginx).toBeLessThan(768 * cores);
    expect(nginx).toBeGreaterThan(200);
  }
});

test('both limits are settings', () => {
  const settings = `domain: meet.example.org
contact: admin@example.org
turn: {domain: turn.example.org}
limits: {connections: 500, allocations: 30}
`;
  expect(limitsOf(gibibyte, 1, settings)).toMatchObject({
    connections: 500,
    nginx: 500,
    relay: {total: 30, source: 15, user: 3},
  });
});
