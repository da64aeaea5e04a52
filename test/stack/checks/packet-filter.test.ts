import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import {drawStack} from '../../../src/stack/index.ts';
import {createMemoryHost, type Script} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const {checks} = drawStack(makeInput());
const route = 'local 91.65.23.45 from 127.0.0.1 dev lo table 123 uid 0\n';
const shown = (family: 4 | 6) =>
  `12300:\tfrom ${family === 4 ? '127.0.0.0/8' : '::1'} iif lo ipproto tcp sport 4443 lookup 123 proto kernel\n`;
const rule = (priority: number, more: object) => ({priority, src: 'all', ...more});
const ours = {priority: 12_300, src: '127.0.0.0', srclen: 8, iif: 'lo', ipproto: 'tcp', sport: 4443, table: '123'};

function run(code: CheckCode, commands: Record<string, Script>) {
  const {context} = openRound(createMemoryHost({commands}), new AbortController().signal);
  return checks.find(each => each.code === code)?.run(context);
}

const save = (...rules: readonly string[]) => ['*filter', ':INPUT ACCEPT [0:0]', ...rules, 'COMMIT'].join('\n');

test.each([
  ['no program for rules', {}, 'ok', 'lets participants in'],
  ['rules that let them in', {'iptables-nft-save': save('-A INPUT -i wg0 -j DROP')}, 'ok', 'lets participants in'],
  ['a rule that drops', {'iptables-nft-save': save('-A INPUT -i ens3 -j DROP')}, 'failed', '80/tcp and 443/tcp'],
  ['a rule that is not understood', {'iptables-nft-save': save('-A INPUT -m geoip -j DROP')}, 'warning', 'may stop'],
  [
    'a set that is not known',
    {'iptables-nft-save': save('-A INPUT -m set --match-set x src -j DROP')},
    'warning',
    'may stop',
  ],
  ['no root', {nft: {exitCode: 1, stderr: 'Operation not permitted'}}, 'warning', 'could not be read'],
] as const)('packet-filter: %s', async (_what, commands, state, words) => {
  expect(await run('packet-filter', commands)).toMatchObject({state, summary: expect.stringContaining(words)});
});

test('a simulated result says so, and names rule and command', async () => {
  const drop = '-A INPUT -i ens3 -j DROP';
  expect(await run('packet-filter', {'iptables-nft-save': save(drop)})).toMatchObject({
    evidence: `“${drop}” (iptables ip filter INPUT, rule 1) drops what participants send to 80/tcp and 443/tcp (simulated)`,
    remedy: expect.stringContaining('iptables -I INPUT 1 -p tcp --dport 443 -j ACCEPT'),
  });
});

const routing = (...rules: readonly object[]): Record<string, Script> => ({
  'ip -4 -details rule show': shown(4),
  'ip -6 -details rule show': shown(6),
  'ip -4 route show': 'local default dev lo\n',
  'ip -6 route show': 'local default dev lo\n',
  'ip -j -4 rule show': JSON.stringify([...rules, ours]),
  'ip -j -6 rule show': '[]',
  'ip -4 route get': route,
});

test('mmproxy-routes: a rule that a VPN added later is named, with ours', async () => {
  expect(await run('mmproxy-routes', routing(rule(0, {table: 'local'})))).toMatchObject({
    state: 'ok',
    evidence: expect.stringContaining('table 123'),
  });
  expect(await run('mmproxy-routes', routing(rule(5270, {table: '52'})))).toMatchObject({
    state: 'failed',
    evidence: expect.stringMatching(/“5270: from all lookup 52” \(IPv4\) comes before ours, “12300: from 127/),
  });
});

test("mmproxy-routes: the kernel's own decision counts", async () => {
  const commands = {...routing(), 'ip -4 route get': {exitCode: 2, stderr: 'RTNETLINK answers: Invalid argument\n'}};
  expect(await run('mmproxy-routes', commands)).toMatchObject({
    state: 'failed',
    evidence: expect.stringContaining('Invalid argument'),
  });
});
