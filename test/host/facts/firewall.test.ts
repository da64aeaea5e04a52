import {describe, expect, test} from 'vitest';
import {readFirewall} from '../../../src/host/facts/firewall.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

/** Makes a base chain as `nft -j` prints it, with the expressions of its rules. */
function chain({
  family = 'inet',
  table = 'mine',
  name = 'in',
  hook = 'input',
  policy = 'accept',
  rules = [],
}: {
  family?: string;
  table?: string;
  name?: string;
  hook?: string;
  policy?: string;
  rules?: readonly (readonly object[])[];
}): object[] {
  return [
    {chain: {family, table, name, handle: 1, type: 'filter', hook, prio: 0, policy}},
    ...rules.map(expr => ({rule: {family, table, chain: name, handle: 2, expr}})),
  ];
}

const ruleset = (...entries: object[]) => JSON.stringify({nftables: [{metainfo: {version: '1.0.6'}}, ...entries]});
const counter = {counter: {packets: 0, bytes: 0}};
const ssh = [{match: {op: '==', left: {payload: {protocol: 'tcp', field: 'dport'}}, right: 22}}, {accept: null}];
const dockerUser = {chain: {family: 'ip', table: 'filter', name: 'DOCKER-USER', handle: 1}};
const dockerForward = chain({family: 'ip', table: 'filter', name: 'FORWARD', hook: 'forward', policy: 'drop'});

describe('bare rules', () => {
  test.each([
    ['none at all', [], 'none'],
    ['a policy that drops', chain({policy: 'drop', rules: [ssh]}), 'nftables'],
    ['a last rule that drops', chain({rules: [ssh, [counter, {log: null}, {drop: null}]]}), 'nftables'],
    ['a last rule that rejects', chain({rules: [[counter, {reject: {type: 'icmpx'}}]]}), 'nftables'],
    ['REJECT of iptables', chain({rules: [ssh, [counter, {xt: {type: 'target', name: 'REJECT'}}]]}), 'nftables'],
    ['another target of iptables', chain({rules: [[counter, {xt: {type: 'target', name: 'LOG'}}]]}), 'none'],
    ['a forward chain that drops', chain({hook: 'forward', policy: 'drop'}), 'nftables'],
    ['an output chain that drops', chain({hook: 'output', policy: 'drop'}), 'none'],
    ['a last rule that drops some', chain({rules: [[...ssh.slice(0, 1), {drop: null}]]}), 'none'],
    ["Docker's forward chain", [dockerUser, ...dockerForward], 'none'],
    [
      "Docker's next to an input chain that drops",
      [dockerUser, ...dockerForward, ...chain({policy: 'drop'})],
      'nftables',
    ],
  ])('%s', async (_name, entries, expected) => {
    const host = createMemoryHost({commands: {nft: ruleset(...entries)}});
    expect((await readFirewall(host)).value).toBe(expected);
  });

  test('are unknown without root', async () => {
    const host = createMemoryHost({commands: {nft: {exitCode: 1, stderr: 'Operation not permitted\n'}}});
    expect(await readFirewall(host)).toMatchObject({value: undefined, reason: 'only root may see the rules'});
  });

  test.each([
    ['a policy', '-P INPUT DROP\n-P FORWARD ACCEPT\n', 'nftables'],
    ['a last rule', '-P INPUT ACCEPT\n-A INPUT -j REJECT --reject-with icmp-host-prohibited\n', 'nftables'],
    ["Docker's policy alone", '-P INPUT ACCEPT\n-P FORWARD DROP\n', 'none'],
  ])('are read from iptables if there is no nft: %s', async (_name, stdout, expected) => {
    expect((await readFirewall(createMemoryHost({commands: {'iptables -S': stdout}}))).value).toBe(expected);
  });

  test('are none if there is no program for them', async () => {
    expect((await readFirewall(createMemoryHost())).value).toBe('none');
  });
});

describe('ufw', () => {
  const enabled = {'/etc/ufw/ufw.conf': '# comment\nENABLED=yes\nLOGLEVEL=low\n'};
  test.each([
    ['that reports itself active', enabled, {'ufw status': 'Status: active\n'}, 'ufw'],
    ['enabled but not active', enabled, {'ufw status': 'Status: inactive\n'}, 'none'],
    ['enabled, asked without root', enabled, {'ufw status': {exitCode: 1, stderr: 'You need to be root'}}, 'ufw'],
    ['disabled', {'/etc/ufw/ufw.conf': 'ENABLED=no\n'}, {'ufw status': 'Status: active\n'}, 'none'],
    ['removed, with its configuration left', enabled, {}, 'none'],
  ])('%s', async (_name, files, commands, expected) => {
    const host = createMemoryHost({files, commands: {nft: ruleset(), ...commands}});
    expect((await readFirewall(host)).value).toBe(expected);
  });
});

test.each([
  ['active\n', 0, 'firewalld'],
  ['inactive\n', 3, 'none'],
])('firewalld that is %j', async (stdout, exitCode, expected) => {
  const commands = {'systemctl is-active firewalld': {stdout, exitCode}, nft: ruleset()};
  expect((await readFirewall(createMemoryHost({commands}))).value).toBe(expected);
});
