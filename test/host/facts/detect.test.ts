import {expect, test} from 'vitest';
import {detectFacts} from '../../../src/host/facts/detect.ts';
import type {Detection, Probes} from '../../../src/host/facts/probes.ts';
import {type Facts, factNames, known} from '../../../src/model/facts.ts';

import {createMemoryHost} from '../../fakes/memory-host.ts';

const hardware = {memory: async () => 4e9, cores: async () => 2};
const probes: Probes = {
  publicAddress: async () => known('198.51.100.10', 'two agree'),
  router: async () => known({address: null, offers: []}, 'silence'),
  translation: async () => known({mapping: 'endpoint-independent', filtering: 'endpoint-independent'}, 'STUN'),
  arrivals: async () => [{port: 10_000, protocol: 'udp', from: 'outside'}],
  addressName: async () => known({name: null, isDynamic: false}, 'DNS'),
  publicIpv6: async () => known({address: null, state: 'none'}, 'ip'),
  pathSize: async full => ({size: full, server: 'stun.example.test', address: '198.51.100.4'}),
  clock: async () => known(0, 'HTTPS'),
};
const signal = new AbortController().signal;

async function collectFacts(detection: Detection): Promise<Facts> {
  const facts: Partial<Record<keyof Facts, unknown>> = {};
  for await (const {name, fact} of detectFacts(detection)) facts[name] = fact;
  return facts as Facts;
}

test('an empty machine is no error: unknown facts have a reason', async () => {
  const facts = await collectFacts({host: createMemoryHost(), probes, hardware, signal});
  expect(Object.keys(facts).sort()).toEqual([...factNames].sort());
  expect(facts.listeners).toEqual({value: undefined, source: 'ss -Hltunp', reason: 'ss is not installed'});
  expect(facts.nat).toEqual({value: undefined, source: 'ip -j address', reason: 'ip is not installed'});
  expect(facts.docker.value).toBeNull();
  expect(facts.memory.value).toBe(4e9);
});

test('a failing probe or command makes only its own fact unknown', async () => {
  const host = createMemoryHost({commands: {'uname -r': '6.12.48\n', 'ip -j': '{"not": "a list"}'}});
  const broken = {...probes, publicAddress: () => Promise.reject(new Error('no socket'))};
  const facts = await collectFacts({host, probes: broken, hardware, signal});
  expect(facts.publicAddress).toMatchObject({value: undefined, reason: 'no socket'});
  expect(facts.interfaces).toMatchObject({value: undefined, reason: 'its answer is not understood'});
  expect(facts.kernel.value).toBe('6.12.48');
});

test('facts are reported as soon as they are known, and detection changes nothing', async () => {
  let answer = (_fact: ReturnType<typeof known<string>>): void => undefined;
  const slow = {
    ...probes,
    publicAddress: () => new Promise<ReturnType<typeof known<string>>>(resolve => (answer = resolve)),
  };
  const host = createMemoryHost();
  const seen: string[] = [];
  for await (const {name} of detectFacts({host, probes: slow, hardware, signal})) {
    seen.push(name);
    if (seen.length === factNames.length - 5) answer(known('198.51.100.10', 'two agree'));
  }
  expect(seen.slice(-5)).toContain('publicAddress');
  expect(seen).toHaveLength(factNames.length);
  expect(host.changes).toEqual([]);
});

test('stopping ends detection', async () => {
  const stop = new AbortController();
  const slow = {...probes, publicAddress: () => new Promise<never>(() => undefined)};
  const run = async () => {
    for await (const _ of detectFacts({host: createMemoryHost(), probes: slow, hardware, signal: stop.signal}))
      stop.abort();
  };
  await expect(run()).rejects.toThrow('aborted');
});
