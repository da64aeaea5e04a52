import {expect, test} from 'vitest';
import {findUplink, listGlobalIpv6, listUsableIpv6} from '../../src/model/interfaces.ts';
import {makeFacts, makeInput} from '../stack/input.ts';

const addresses = ['192.168.1.20', 'fe80::1', 'fd00::1', '::1', '2001:4860::8'];
const interfaces = [{name: 'eth0', addresses}];

test('only addresses of the IPv6 internet are global', () => {
  expect(listGlobalIpv6(interfaces)).toEqual(['2001:4860::8']);
});

test.each([
  ['works', '2001:4860::8', ['2001:4860::8']],
  ['works', '2001:4860::9', ['2001:4860::8', '2001:4860::9']],
  ['none', null, ['2001:4860::8']],
  ['configured', '2001:4860::8', []],
] as const)('where IPv6 is seen as %s, with %s, names may have %j', (state, address, expected) => {
  const {facts} = makeInput({facts: makeFacts({interfaces, publicIpv6: {state, address}})});
  expect(listUsableIpv6(facts)).toEqual(expected);
});

test.each([
  ['the better default route', '192.168.1.20', 'eth0'],
  ['the other way to the internet', '10.9.0.20', 'eth1'],
  ['the loopback interface', '198.51.100.30', 'eth0'],
  ['nobody', '10.77.0.1', 'eth0'],
])('packets to an address of %s arrive on its interface', (_whose, address, expected) => {
  const two = [
    {name: 'lo', addresses: ['127.0.0.1', '198.51.100.30']},
    {name: 'eth0', addresses: ['192.168.1.20']},
    {name: 'eth1', addresses: ['10.9.0.20']},
  ];
  const gateway = {interface: 'eth0', address: '192.168.1.1'};
  const {facts} = makeInput({facts: makeFacts({interfaces: two, gateway})});
  expect(findUplink(facts, address)).toBe(expected);
});
