import {expect, test} from 'vitest';
import type {Outlook} from '../../src/model/resource.ts';
import {parseRules, policyRouting, restoreRule} from '../../src/resources/policy-routing.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, createWork} from './work.ts';

const shown = 'from 127.0.0.0/8 iif lo ipproto tcp sport 4443 lookup 123 proto kernel';
const words = 'protocol kernel from 127.0.0.0/8 iif lo ipproto tcp sport 4443 lookup 123';
const returnRoute = policyRouting({
  family: 4,
  preference: 12_300,
  table: 123,
  rule: words.split(' '),
  shown,
  route: ['local', '0.0.0.0/0', 'dev', 'lo'],
  unit: 'go-mmproxy-ssl.service',
  title: 'Return route',
  place: 'mmproxy',
});

/** Makes a kernel with its own rules, these rules at our preference, and optionally our route. */
function createKernel(ours: readonly string[], hasRoute: boolean): MemoryHost {
  const rules = [...ours];
  let route = hasRoute;
  return createMemoryHost({
    commands: {
      'ip -4 -details rule show': () =>
        [
          '0:\tfrom all lookup local',
          ...rules.map(rule => `12300:\t${rule} `),
          '32766:\tfrom all lookup main',
          '',
        ].join('\n'),
      'ip -4 rule del': () => {
        rules.shift();
        return '';
      },
      'ip -4 rule add': () => {
        rules.push(shown);
        return '';
      },
      'ip -4 route show': () => (route ? 'local default dev lo scope host \n' : ''),
      'ip -4 route replace': () => {
        route = true;
        return '';
      },
    },
  });
}

/** Makes a kernel with a rule of ours where another one was. */
function createChangedKernel(): MemoryHost {
  let rule = '12300:\tfrom all lookup 123\n';
  const add = () => {
    rule = '12300:\tfrom 127.0.0.0/8 lookup 7\n';
    return '';
  };
  return createMemoryHost({
    commands: {'ip -details -4 rule show': () => rule, 'ip -4 rule del': '', 'ip -4 rule add': add},
  });
}

const ip = {
  del: 'run ip -4 rule del pref 12300',
  add: `run ip -4 rule add pref 12300 ${words}`,
  route: 'run ip -4 route replace local 0.0.0.0/0 dev lo table 123',
};

testContract([
  {
    name: 'a missing return route',
    resource: returnRoute,
    machine: () => createKernel([], false),
    differs: ['create', 'create'],
    does: [ip.add, ip.route],
  },
  {
    name: 'a return route whose rule is there twice',
    resource: returnRoute,
    machine: () => createKernel([shown, shown], true),
    differs: ['create'],
    does: [ip.del, ip.del, ip.add, ip.route],
  },
  {
    name: 'a return route with its rule only',
    resource: returnRoute,
    machine: () => createKernel([shown], false),
    differs: ['create'],
    does: [ip.del, ip.add, ip.route],
  },
  {
    name: 'a return route that systemd-networkd will delete',
    resource: returnRoute,
    machine: () => createKernel([shown.replace('proto kernel', 'proto unspec')], true),
    differs: ['create'],
    does: [ip.del, ip.add, ip.route],
  },
  {
    name: 'a return route from another port of nginx',
    resource: returnRoute,
    machine: () => createKernel([shown.replace('4443', '4500')], true),
    differs: ['create'],
    does: [ip.del, ip.add, ip.route],
  },
  {
    name: 'a snapshot of another routing rule',
    resource: restoreRule({
      thing: 'rule',
      name: '-4 12300',
      was: {type: 'value', value: '12300:\tfrom 127.0.0.0/8 lookup 7 '},
    }),
    machine: createChangedKernel,
    differs: ['update'],
    does: ['run ip -4 rule del pref 12300', 'run ip -4 rule add pref 12300 from 127.0.0.0/8 lookup 7'],
  },
]);

test('a foreign rule at our preference stops the plan', async () => {
  await expect(compare(returnRoute, createKernel(['from all fwmark 0x1 lookup 100'], false))).rejects.toMatchObject({
    code: 'rule-taken',
    summary: expect.stringContaining('from all fwmark 0x1 lookup 100'),
  });
});

test('our rule at a former number is removed, also where the unit sets the new one', async () => {
  const kernel = createMemoryHost({
    commands: {
      'ip -4 -details rule show': `12300:\t${shown}\n5269:\t${shown.replace('4443', '4500')}\n5270:\tfrom all lookup 52\n`,
      'ip -4 route show': 'local default dev lo\n',
      'ip -4 rule del': '',
    },
  });
  const state = await returnRoute.read(kernel);
  const starting: Outlook = {changes: () => [{change: 'restart', summary: 'restart'}]};
  const differences = returnRoute.diff(state, starting);
  expect(differences).toEqual([{change: 'remove', summary: expect.stringContaining('rule 5269')}]);
  expect((await returnRoute.record(kernel, state, differences)).map(({name}) => name)).toEqual(['-4 12300', '-4 5269']);
  await returnRoute.apply(createWork(kernel), state, differences);
  expect(kernel.changes).toEqual(['run ip -4 rule del pref 5269 table 123']);
});

test('a unit that the plan starts sets rule and route itself', async () => {
  const starting: Outlook = {
    changes: id => (id === 'unit:go-mmproxy-ssl.service' ? [{change: 'start', summary: 'start'}] : []),
  };
  expect(returnRoute.diff(await returnRoute.read(createKernel([], false)), starting)).toEqual([]);
});

test('the output of ip rule show is parsed with any spacing', () => {
  expect(parseRules('0:\tfrom all lookup local\n12300:  from  ::1 iif lo   lookup 123 \nnonsense\n')).toEqual([
    {preference: 0, rule: 'from all lookup local'},
    {preference: 12_300, rule: 'from ::1 iif lo lookup 123'},
  ]);
});
