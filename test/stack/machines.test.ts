import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readFacts} from '../../src/model/facts-json.ts';
import {drawStack} from '../../src/stack/index.ts';
import {advise, describeBarrier, findBarriers, findCommand} from '../../src/stack/reach.ts';
import {makeInput} from './input.ts';

const folder = new URL('../machines/', import.meta.url).pathname;
const names = readdirSync(folder).flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []);

/** What each recorded machine has in the way; the others are healthy, and nothing is found on them. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'host-with-sites': ['port-taken'],
  'port-conflict': ['port-taken', 'port-taken', 'port-taken'],
  'sites-on-addresses': ['site-on-443', 'site-on-address'],
  'stream-on-443': ['stream-on-443'],
  'proxy-protocol': ['listen-options'],
  'podman-docker': ['engine-unsupported'],
  'docker-snap': ['engine-unsupported'],
  'docker-rootless': ['engine-unsupported'],
  'iptables-false': ['engine-without-rules'],
};

/** What a plan warns of, with the words that name the cause. Nobody warns of anything on the other machines, but of their size and NAT. */
const warned: Readonly<Record<string, readonly (readonly [code: string, words: string])[]>> = {
  cgnat: [['cgnat', 'shares 203.0.113.77']],
  'small-memory': [
    ['small-memory', ''],
    ['few-processors', '1 processor; a meeting server needs 2'],
  ],
  'remote-context': [['engine-elsewhere', '']],
  'standalone-lineage': [['certificate-owned', '']],
  'public-vm': [
    ['firewall-rules', 'the policy of nft inet filter input drops what participants send to 80/tcp and 443/tcp'],
  ],
  'log-and-drop': [['firewall-rules', '“drop” (nft inet filter refuse, handle 4, reached by “jump refuse”) drops']],
  'iptables-legacy-drop': [
    ['firewall-rules', '-m multiport ! --dports 22,80 -j DROP” (iptables-legacy ip filter INPUT, rule 4)'],
  ],
};

test.each(names)('%s: a plan warns of what is wrong, and of nothing else', name => {
  const facts = readFacts(readFileSync(`${folder}${name}.json`, 'utf8'));
  const {warnings} = drawStack(makeInput({facts}));
  const wanted = warned[name] ?? [];
  expect(warnings.map(({code}) => code)).toEqual(wanted.map(([code]) => code));
  for (const [index, [, words]] of wanted.entries()) expect(warnings[index]?.summary).toContain(words);
});

test.each([
  [
    'ufw-one-network',
    'ufw',
    'the policy of iptables ip filter INPUT drops what participants send to 80/tcp and 443/tcp',
  ],
  [
    'firewalld-other-zone',
    'firewalld',
    '“iifname "ens3" reject with icmpx admin-prohibited” (nft inet firewalld filter_INPUT_POLICIES',
  ],
])('%s: the ports are closed now, and %s opens them', (name, firewall, words) => {
  const facts = readFacts(readFileSync(`${folder}${name}.json`, 'utf8'));
  const {blueprint, resources} = drawStack(makeInput({facts}));
  const [barrier, ...more] = findBarriers(blueprint, facts.packetFilter.value ?? {chains: []});
  expect(more).toEqual([]);
  expect(barrier && describeBarrier(barrier)).toContain(words);
  // What ufw and firewalld write anew is not for a command.
  expect(barrier && findCommand(barrier)).toBeUndefined();
  expect(barrier && advise(barrier)).toContain(`opens the ports in ${firewall}`);
  expect(resources.map(({id}) => id)).toEqual(expect.arrayContaining(['firewall:443/tcp', 'firewall:80/tcp']));
});

test('vpn-rules: our routing rule comes before the one of the VPN', () => {
  const facts = readFacts(readFileSync(`${folder}vpn-rules.json`, 'utf8'));
  expect(drawStack(makeInput({facts})).blueprint.preference).toBe(5269);
});

test.each(names)('%s: exactly what is in the way is found', name => {
  const facts = readFacts(readFileSync(`${folder}${name}.json`, 'utf8'));
  const {problems} = drawStack(makeInput({facts}));
  expect(problems.map(({code}) => code)).toEqual(expected[name] ?? []);
});
