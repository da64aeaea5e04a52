import {expect, test} from 'vitest';
import {parseIptables} from '../../src/model/packet-filter/iptables.ts';
import {parseNft} from '../../src/model/packet-filter/nft.ts';
import type {Chain} from '../../src/model/packet-filter/rules.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {findAdvice} from '../../src/stack/preflight.ts';
import {advise, describeBarrier, findBarriers, findCommand} from '../../src/stack/reach.ts';
import {makeFacts, makeInput} from './input.ts';

const {blueprint} = drawBlueprint(makeInput());
const iptables = (...rules: string[]) =>
  parseIptables(
    [
      '*filter',
      ':INPUT ACCEPT',
      ':FORWARD ACCEPT',
      ':DOCKER-USER -',
      ':ufw-before-input -',
      ':ufw-user-input -',
      ...rules,
    ].join('\n'),
    'iptables-nft',
  );
const nft = (hook: string, ...rules: object[]) =>
  parseNft(
    JSON.stringify({
      nftables: [
        {chain: {family: 'inet', table: 'mine', name: 'c', hook, prio: 0, policy: 'drop'}},
        ...rules.map((expr, index) => ({rule: {family: 'inet', table: 'mine', chain: 'c', handle: index + 3, expr}})),
      ],
    }),
    '',
  ) ?? [];

const look = (chains: readonly Chain[], opener?: 'ufw' | 'firewalld') => findBarriers(blueprint, {chains}, opener);

test('no rules are no barrier', () => expect(look([])).toEqual([]));

test('ports that the same rule drops are named together, with a command that accepts them before it', () => {
  const [barrier, ...more] = look(nft('input', [{drop: null}]));
  expect(more).toEqual([]);
  expect(barrier && describeBarrier(barrier)).toContain(
    '(nft inet mine c, handle 3) drops what participants send to 80/tcp and 443/tcp',
  );
  expect(barrier && findCommand(barrier)).toBe("nft insert rule inet mine c handle 3 tcp dport '{ 80, 443 }' accept");
});

test('a policy is met with a rule at the end', () => {
  const [barrier] = look(nft('input'));
  expect(barrier && findCommand(barrier)).toBe("nft add rule inet mine c tcp dport '{ 80, 443 }' accept");
});

test('forwarded ports are accepted both ways, and only ours', () => {
  const [barrier] = look(nft('forward'));
  expect(barrier && findCommand(barrier)).toBe(
    "nft add rule inet mine c meta l4proto udp ct original proto-dst '{ 10000, 3478 }' accept",
  );
});

test.each([
  ['-A INPUT -p tcp --dport 443 -j DROP', 'iptables -I INPUT 1 -p tcp --dport 443 -j ACCEPT'],
  [
    '-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -p udp --dport 10000 -j DROP',
    'iptables -I DOCKER-USER 1 -p udp -m conntrack --ctorigdstport 10000 -j ACCEPT',
  ],
])('%s is solved by %s', (rules, command) => {
  const [barrier] = look(iptables(...rules.split('\n')));
  expect(barrier && findCommand(barrier)).toBe(command);
});

test('the command solves the barrier, and after it nothing is in the way', () => {
  const accepted = [
    {match: {op: '==', left: {payload: {protocol: 'tcp', field: 'dport'}}, right: {set: [80, 443]}}},
    {accept: null},
  ];
  expect(look(nft('input', accepted, [{drop: null}]))).toEqual([]);
});

test.each([
  ['ufw-user-input', 0],
  ['ufw-before-input', 1],
])('with the ports opened in ufw, the drops of %s of ufw are %i barriers', (chain, count) => {
  const barriers = look(
    iptables('-A INPUT -j ufw-before-input', '-A INPUT -j ufw-user-input', `-A ${chain} -j DROP`),
    'ufw',
  );
  expect(barriers).toHaveLength(count);
  for (const barrier of barriers) expect(advise(barrier)).toContain('Change that rule in ufw');
});

test('a name that a shell would read is in no command', () => {
  const chains = iptables('-A INPUT -j DROP').map(chain => ({...chain, table: 'a;b'}));
  const [barrier] = look(chains);
  expect(barrier && findCommand(barrier)).toBeUndefined();
});

test('a plan says that it simulated, and with which command the ports are let in', () => {
  const facts = {...makeInput().facts, ...makeFacts({packetFilter: {chains: nft('input')}})};
  expect(findAdvice(blueprint, facts)).toEqual([
    expect.objectContaining({
      code: 'firewall-rules',
      why: expect.stringContaining('simulated'),
      command: expect.stringContaining('nft add rule inet mine c'),
    }),
  ]);
});
