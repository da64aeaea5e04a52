import {describe, expect, test} from 'vitest';
import {parseNft} from '../../../src/model/packet-filter/nft.ts';
import type {Probe} from '../../../src/model/packet-filter/simulate.ts';
import {accept, chain, drop, https, iifname, inner, json, match, port, rule, send, source, state} from './ruleset.ts';

describe('rules of one chain', () => {
  test.each([
    ['a policy', [chain({policy: 'drop'})], 'blocked'],
    ['a port in a set', [chain({policy: 'drop'}), rule([match(port, {set: [80, 443]}), accept])], 'open'],
    ['a port in a range', [chain({policy: 'drop'}), rule([match(port, {range: [400, 500]}), accept])], 'open'],
    [
      'a port in a named set',
      [
        {set: {family: 'inet', table: 't', name: 'p', elem: [80, {range: [1, 500]}]}},
        chain({policy: 'drop'}),
        rule([match(port, '@p'), accept]),
      ],
      'open',
    ],
    ['a port that is not meant', [chain(), rule([match(port, {set: [22, 80]}, '!='), drop])], 'blocked'],
    ['another interface', [chain(), rule([match(iifname, {set: ['wg0', 'tun*']}), drop])], 'open'],
    ['a prefix', [chain(), rule([match(source, {prefix: {addr: '10.0.0.0', len: 8}}), drop])], 'open'],
    [
      'a state as a list',
      [chain({policy: 'drop'}), rule([match(state, ['established', 'related'], 'in'), accept])],
      'blocked',
    ],
    [
      'a map of verdicts',
      [
        chain(),
        rule([
          {
            vmap: {
              key: state,
              data: {
                set: [
                  ['invalid', drop],
                  ['new', {jump: {target: 'own'}}],
                ],
              },
            },
          },
        ]),
        inner('own'),
        rule([drop], 'own'),
      ],
      'blocked',
    ],
    [
      'a map of ports',
      [
        chain(),
        rule([
          {
            vmap: {
              key: port,
              data: {
                set: [
                  [22, drop],
                  [443, accept],
                ],
              },
            },
          },
        ]),
        rule([drop]),
      ],
      'open',
    ],
    [
      'a limit for each source',
      [
        chain(),
        rule([
          {set: {op: 'add', elem: 'x', set: '@flood', stmt: [{limit: {rate: 9, per: 'second', inv: true}}]}},
          drop,
        ]),
      ],
      'open',
    ],
    ['a limit', [chain(), rule([{limit: {rate: 9, per: 'second', inv: true}}, drop])], 'open'],
    [
      'what is not understood',
      [chain(), rule([match({payload: {base: 'th', offset: 0, len: 8}}, 1), drop])],
      'unclear',
    ],
    [
      'what is not understood, but another protocol',
      [
        chain(),
        rule([
          match({payload: {base: 'th', offset: 0, len: 8}}, 1),
          match({payload: {protocol: 'udp', field: 'dport'}}, 443),
          drop,
        ]),
      ],
      'open',
    ],
    ['what is not understood, and a drop after it', [chain(), rule([{socket: {}}, accept]), rule([drop])], 'unclear'],
    ['what is not understood, with the same end', [chain(), rule([{socket: {}}, drop]), rule([drop])], 'blocked'],
    [
      'another family',
      [
        chain(),
        rule([match({meta: {key: 'nfproto'}}, 'ipv6'), drop]),
        rule([match({payload: {protocol: 'ip6', field: 'nexthdr'}}, 'tcp'), drop]),
      ],
      'open',
    ],
    [
      'a mark that was given',
      [
        chain(),
        rule([{mangle: {key: {meta: {key: 'mark'}}, value: 1}}]),
        rule([match({meta: {key: 'mark'}}, 1), drop]),
      ],
      'blocked',
    ],
    [
      'a mark that is copied',
      [
        chain(),
        rule([{mangle: {key: {meta: {key: 'mark'}}, value: {ct: {key: 'mark'}}}}]),
        rule([match({meta: {key: 'mark'}}, 1), drop]),
      ],
      'unclear',
    ],
    [
      'the verdict for all others, wherever it is listed',
      [
        chain(),
        rule([
          {
            vmap: {
              key: port,
              data: {
                set: [
                  ['*', drop],
                  [443, accept],
                ],
              },
            },
          },
        ]),
      ],
      'open',
    ],
    ['a mark that nobody gave', [chain(), rule([match({meta: {key: 'mark'}}, 1), drop])], 'open'],
    [
      'a filter of reverse paths',
      [chain(), rule([match({fib: {result: 'oif', flags: ['saddr', 'iif']}}, false), drop])],
      'open',
    ],
  ] as const)('%s', (_what, entries, expected) => expect(send(entries).result).toBe(expected));
});

describe('hooks', () => {
  test.each([
    [
      'ingress of this interface',
      [chain({family: 'netdev', hook: 'ingress', dev: 'eth0'}), rule([drop], 'in', 'netdev')],
      'blocked',
    ],
    [
      'ingress of another',
      [chain({family: 'netdev', hook: 'ingress', dev: 'eth1'}), rule([drop], 'in', 'netdev')],
      'open',
    ],
    ['prerouting', [chain({hook: 'prerouting', prio: -300}), rule([match(port, 443), drop])], 'blocked'],
    [
      'states before connection tracking',
      [chain({hook: 'prerouting', prio: -300}), rule([match(state, 'new', 'in'), drop])],
      'open',
    ],
    [
      'accept of one chain, drop of the next',
      [chain(), rule([accept]), chain({name: 'late', prio: 10}), rule([drop], 'late')],
      'blocked',
    ],
    ['output and IPv6', [chain({hook: 'output', policy: 'drop'}), chain({family: 'ip6', policy: 'drop'})], 'open'],
    ['forward, which the packet does not meet', [chain({hook: 'forward', policy: 'drop'})], 'open'],
  ] as const)('%s', (_what, entries, expected) => expect(send(entries).result).toBe(expected));

  test('a forwarded packet has the state dnat, and its first port', () => {
    const media: Probe = {...https, protocol: 'udp', port: 10_000, container: '172.28.0.5'};
    const forward = chain({hook: 'forward', policy: 'drop'});
    const first = {ct: {key: 'proto-dst', dir: 'original'}};
    expect(send([forward], media).result).toBe('blocked');
    expect(send([forward, rule([match({ct: {key: 'status'}}, 'dnat', 'in'), accept])], media).result).toBe('open');
    expect(send([forward, rule([match(first, 10_000), accept])], media).result).toBe('open');
    expect(send([chain({policy: 'drop'})], media).result).toBe('open');
  });
});

test('a target of iptables that nft cannot show is not taken for nothing', () => {
  expect(send([chain(), rule([{xt: {type: 'target', name: 'REJECT'}}])]).result).toBe('unclear');
  expect(send([chain(), rule([{xt: {type: 'target', name: 'LOG'}}])]).result).toBe('open');
});

test('the text of a rule is that of nft, and devices are read from it', () => {
  const text =
    'table inet t { # handle 1\n\tchain in { # handle 1\n\t\ttype filter hook ingress devices = { "eth0", "eth1" } priority 0; policy accept;\n\t\ttcp dport 443 drop # handle 7\n\t}\n}\n';
  const [first] = parseNft(json(chain({hook: 'ingress'}), rule([drop])), text) ?? [];
  expect(first).toMatchObject({devices: ['eth0', 'eth1'], rules: [{text: 'tcp dport 443 drop', number: 7}]});
});
