import {describe, expect, test} from 'vitest';
import type {RoutingRule} from '../../src/model/routing-rules.ts';
import {catchesAnswers, choosePreference, findEarlier} from '../../src/stack/return-rule.ts';
import {makeFacts, makeInput} from './input.ts';

const rule = (priority: number, selector: RoutingRule['selector']): RoutingRule => ({family: 4, priority, selector});
const ours = (priority: number) =>
  rule(priority, {src: '127.0.0.0', srclen: 8, iif: 'lo', ipproto: 'tcp', sport: 4443, table: '123'});
const tailscale = rule(5270, {src: 'all', table: '52'});
const wireguard = rule(12_299, {not: null, src: 'all', fwmark: '0xca6c', table: '51820'});
const local = rule(0, {src: 'all', table: 'local'});
const main = rule(32_766, {src: 'all', table: 'main'});
const choose = (...rules: RoutingRule[]) => {
  const input = makeInput();
  return choosePreference({...input.facts, ...makeFacts({routingRules: [local, ...rules, main]})}, 4443);
};

test.each([
  ['all packets', tailscale, true],
  ['packets without its mark', wireguard, true],
  ['packets with a mark', rule(5210, {src: 'all', fwmark: '0x80000', fwmask: '0xff0000', table: 'main'}), false],
  ['packets of another interface', rule(1, {src: 'all', iif: 'eth1', table: '7'}), false],
  ['packets of another address', rule(1, {src: '10.0.0.0', srclen: 8, table: '7'}), false],
  ['packets of a large network', rule(1, {src: '64.0.0.0', srclen: 2, table: '7'}), true],
  ['packets of another network of the loopback', rule(1, {src: '127.5.0.0', srclen: 16, table: '7'}), false],
  ['packets of the loopback of IPv6', rule(1, {src: '::', srclen: 64, table: '7'}), true],
  ['packets of some other IPv6 network', rule(1, {src: 'fd00::', srclen: 8, table: '7'}), false],
  ['packets that go nowhere', rule(1, {src: 'all', action: 'blackhole'}), true],
  ['packets that skip rules', rule(1, {src: 'all', goto: 32_766}), true],
  ['packets of one VPN interface', rule(1, {src: 'all', oif: 'wg0', table: '7'}), false],
  ['packets without a mark, of some bits', rule(1, {src: 'all', fwmark: '0', fwmask: '0xff', table: '7'}), true],
  [
    'packets of a range of ports',
    rule(1, {src: 'all', ipproto: 'tcp', sport_start: 4000, sport_end: 5000, table: '7'}),
    true,
  ],
  ['packets from another port', rule(1, {src: 'all', ipproto: 'tcp', sport: 22, table: '7'}), false],
  ['packets to some network', rule(1, {src: 'all', dst: '10.0.0.0', dstlen: 8, table: '7'}), true],
  ['UDP', rule(1, {src: 'all', ipproto: 'udp', table: '7'}), false],
  ["the host's own addresses", local, false],
  ['our own answers', ours(12_300), false],
  ["our own table, as the guide's", rule(1, {src: '127.0.0.1', srclen: 8, iif: 'lo', table: '123'}), false],
])('a rule for %s', (_what, each, expected) => expect(catchesAnswers(each, 4443)).toBe(expected));

describe('the number', () => {
  test.each([
    ['is the usual one without a VPN', [], 12_300],
    ['is before a VPN', [tailscale], 5269],
    ['is before the first of several', [wireguard, tailscale], 5269],
    ['is one that nobody has', [tailscale, rule(5269, {src: 'all', fwmark: '0x1', table: '9'})], 5268],
    ['stays when the VPN goes', [ours(5269)], 5269],
    ['moves when a VPN comes before it', [ours(12_300), wireguard], 12_298],
    ['stays while a VPN is behind it', [ours(5269), tailscale, wireguard], 5269],
    ["is the usual one beside the guide's", [rule(32_765, {src: '::1', iif: 'lo', table: '123'})], 12_300],
    ['cannot be before the first', [rule(1, {src: 'all', table: '9'})], 12_300],
  ])('%s', (_what, rules, expected) => expect(choose(...rules)).toBe(expected));
});

test('a rule that was added later is found with its number', () => {
  const find = (rules: Parameters<typeof findEarlier>[0], preference = 12_300) =>
    findEarlier(rules, {port: 4443, preference});
  expect(find([local, wireguard, ours(12_300), main])).toEqual([wireguard]);
  expect(find([local, ours(5269), tailscale, main])).toEqual([]);
  // While go-mmproxy does not run, its rule is absent: that is no fault of the VPN.
  expect(find([local, tailscale, main], 5269)).toEqual([]);
});
