import {expect, test} from 'vitest';
import {softCodes} from '../../src/model/catalogue.ts';
import type {FactValues} from '../../src/model/facts.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {adviseOnNetwork} from '../../src/stack/network-advice.ts';
import {makeFacts, makeInput} from './input.ts';

function advise(values: Partial<FactValues>, settings?: string) {
  const input = makeInput({
    facts: makeFacts({arrivals: [], ...values}),
    ...(settings !== undefined && {settings}),
  });
  return adviseOnNetwork(drawBlueprint(input).blueprint, input.facts);
}

const symmetric = {mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent'} as const;
const open = {mapping: 'endpoint-independent', filtering: 'endpoint-independent'} as const;
const hairpin = [{port: 3478, protocol: 'udp', from: 'hairpin'}] as const;
const arrives = [{port: 10_000, protocol: 'udp', from: 'outside'}] as const;

test.each<[string, Partial<FactValues>, readonly string[]]>([
  ['one NAT', {nat: 'single'}, []],
  ['two routers', {nat: 'double'}, ['double-nat']],
  ['two routers that forward', {nat: 'double', arrivals: arrives}, []],
  ['an address of the provider', {nat: 'carrier'}, ['cgnat']],
  ['an address of the provider that forwards all the same', {nat: 'carrier', arrivals: arrives}, []],
  ['symmetric NAT', {nat: 'single', translation: symmetric}, ['symmetric-nat']],
  ['symmetric NAT that forwards', {nat: 'single', translation: symmetric, arrivals: arrives}, []],
  ['symmetric NAT that sends back in', {nat: 'single', translation: symmetric, arrivals: hairpin}, []],
  ['two routers that send back in', {nat: 'double', arrivals: hairpin}, []],
  [
    'two routers, of which one lets everybody in',
    {nat: 'double', translation: open, arrivals: hairpin},
    ['double-nat'],
  ],
  ['symmetric NAT behind another one', {nat: 'double', translation: symmetric}, ['double-nat']],
  ['a VPN', {uplink: {interface: 'wg0', isTunnel: true}}, ['vpn-default-route']],
  ['lost packets', {mtu: {size: 1400, isBlackHole: true}}, ['mtu-black-hole']],
  ['a smaller MTU that the router names', {mtu: {size: 1400, isBlackHole: false}}, []],
  ['an address for a time', {addressName: {name: 'a.dyn.example.net', isDynamic: true}}, ['address-may-change']],
  ['a clock 2 hours ahead', {clock: 7200}, ['clock-wrong']],
  ['a clock a minute behind', {clock: -60}, []],
  ['OpenVZ', {virtualisation: 'openvz'}, ['virtualisation-limits']],
  ['KVM', {virtualisation: 'kvm'}, []],
])('%s: the plan says %j', (_what, values, codes) => {
  expect(advise(values).map(({code}) => code)).toEqual(codes);
});

const meet = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';

test.each<[string, readonly string[]]>([
  ['off', ['address-may-change']],
  ['notify', []],
  ['apply', []],
])('an address for a time, with address.changes %s: the plan says %j', (changes, codes) => {
  const found = advise(
    {addressName: {name: 'a.dyn.example.net', isDynamic: true}},
    `${meet}address: {changes: ${changes}}\n`,
  );
  expect(found.map(({code}) => code)).toEqual(codes);
});

test.each(['address-may-change', 'virtualisation-limits', 'certificate-owned'] as const)('%s can be accepted', code => {
  expect(softCodes).toContain(code);
});

test('the advice names what to forward, and where', () => {
  const router = {address: '192.168.0.2', offers: []};
  const [double] = advise({nat: 'double', router});
  expect(double?.remedy).toContain('on the outer router to 192.168.0.2, and on yours (192.168.1.1) to 192.168.1.20');
  expect(double?.remedy).toContain('80/tcp, 443/tcp, 10000/udp and 3478/udp');
  expect(advise({clock: -7200})[0]?.summary).toContain('2 hours behind');
});
