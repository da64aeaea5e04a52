import {expect, test} from 'vitest';
import {findAddressName, looksDynamic} from '../../src/network/address-name.ts';

test.each([
  ['p5b0c1234.dip0.t-ipconnect.de', true],
  ['ip-95-222-1-2.dynamic.example.net', true],
  ['dyn-10-1-2-3.provider.example', true],
  ['dslb-178-001-002-003.pools.vodafone-ip.de', true],
  ['10.2.3.4.adsl.dyn.example.net', true],
  ['static-1-2-3-4.dsl.example.net', false],
  ['vps-1234.host.example.net', false],
  ['mail.example.org', false],
  ['dynamite.example.org', false],
])('%s may change: %s', (name, expected) => {
  expect(looksDynamic(name)).toBe(expected);
});

test('an address without a name, and a DNS without answers, say nothing', async () => {
  const nothing = {value: {name: null, isDynamic: false}};
  expect(await findAddressName('198.51.100.10', async () => [])).toMatchObject(nothing);
  expect(await findAddressName('198.51.100.10', () => Promise.reject(new Error('SERVFAIL')))).toMatchObject(nothing);
  const named = await findAddressName('198.51.100.10', async () => ['a.pool.example.net']);
  expect(named.value).toEqual({name: 'a.pool.example.net', isDynamic: true});
});
