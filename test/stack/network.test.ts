import fc from 'fast-check';
import {expect, test} from 'vitest';
import {overlap, planNetwork} from '../../src/stack/network.ts';

const byte = fc.integer({min: 0, max: 255});
const route = fc
  .tuple(fc.constantFrom(172, 10, 192), fc.integer({min: 16, max: 40}), byte, fc.integer({min: 8, max: 32}))
  .map(([a, b, c, bits]) => `${a}.${b}.${c}.0/${bits}`);

/** Returns the first and last address of a network as numbers. */
function boundsOf(cidr: string): readonly [number, number] {
  const [address = '', bits = ''] = cidr.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size;
  return [first, first + size - 1];
}

function meet(one: string, other: string): boolean {
  const [[a, b], [c, d]] = [boundsOf(one), boundsOf(other)];
  return a <= d && c <= b;
}

test('two networks overlap if an address is in both', () => {
  fc.assert(
    fc.property(route, route, (one, other) => {
      expect(overlap(one, other)).toBe(meet(one, other));
    }),
  );
});

test('a chosen subnet never overlaps a route; if none is free, the user must choose', () => {
  fc.assert(
    fc.property(fc.array(route, {maxLength: 12}), routes => {
      try {
        const {subnet} = planNetwork({chosen: 'auto', inUse: undefined, routes});
        expect(routes.filter(each => meet(subnet, each))).toEqual([]);
      } catch (error) {
        expect(error).toMatchObject({code: 'no-free-subnet', remedy: expect.stringContaining('stack.subnet')});
      }
    }),
  );
});

const plan = (chosen: string, inUse: string | undefined, ...routes: string[]) =>
  planNetwork({chosen, inUse, routes}).subnet;

test.each([
  ['the first free one', plan('auto', undefined), '172.28.0.0/24'],
  ['the next one when it is taken', plan('auto', undefined, '172.28.0.0/16'), '172.27.0.0/24'],
  ['one beside a VPN', plan('auto', undefined, '10.0.0.0/8', '172.16.0.0/12'), '192.168.213.0/24'],
  ['the one in use, although its own route is there', plan('auto', '172.30.0.0/24', '172.30.0.0/24'), '172.30.0.0/24'],
  ['another one when the one in use clashes', plan('auto', '172.30.0.0/24', '172.30.0.0/16'), '172.28.0.0/24'],
  ['the one in the settings', plan('10.77.0.0/24', '172.30.0.0/24', '172.30.0.0/24'), '10.77.0.0/24'],
  ['the one in the settings, already in use', plan('10.77.0.0/24', '10.77.0.0/24', '10.77.0.0/24'), '10.77.0.0/24'],
])('the subnet is %s', (_which, subnet, expected) => {
  expect(subnet).toBe(expected);
});

test('a subnet in the settings that is routed elsewhere is refused', () => {
  expect(() => plan('10.77.0.0/24', undefined, '10.0.0.0/8')).toThrow(
    expect.objectContaining({code: 'subnet-taken', summary: expect.stringContaining('10.0.0.0/8')}),
  );
});

test('every service has its own address in the subnet, and none is the host’s', () => {
  const {subnet, gateway, ...addresses} = planNetwork({chosen: '10.77.0.64/26', inUse: undefined, routes: []});
  expect(gateway).toBe('10.77.0.65');
  expect(Object.values(addresses)).toEqual([
    '10.77.0.66',
    '10.77.0.67',
    '10.77.0.68',
    '10.77.0.69',
    '10.77.0.70',
    '10.77.0.71',
    '10.77.0.72',
  ]);
  expect(Object.values(addresses).every(address => meet(subnet, `${address}/32`))).toBe(true);
});

test('a subnet that is recommended in place of a taken one is free; without a free one, none is named', () => {
  const recommend = (...routes: string[]) => {
    try {
      plan('172.28.0.0/24', undefined, ...routes);
    } catch (error) {
      return String(error);
    }
    return '';
  };
  expect(recommend('10.0.0.0/8', '172.16.0.0/12')).toContain('stack.subnet=192.168.213.0/24');
  expect(recommend('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')).toContain('stack.subnet=SUBNET');
  expect(() => plan('auto', undefined, '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')).toThrow('route less');
});
