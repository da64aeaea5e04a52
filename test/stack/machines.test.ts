import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readFacts} from '../../src/model/facts-json.ts';
import {drawStack} from '../../src/stack/index.ts';
import {makeInput} from './input.ts';

const folder = new URL('../machines/', import.meta.url).pathname;
const names = readdirSync(folder).flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []);

/** What each recorded machine has in the way; the others are healthy, and nothing is found on them. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'host-with-sites': ['port-taken', 'site-on-443'],
  'port-conflict': ['port-taken', 'port-taken', 'port-taken'],
  'sites-on-addresses': ['site-on-443', 'site-on-address'],
  'stream-on-443': ['stream-on-443'],
  'proxy-protocol': ['listen-options'],
};

/** What the user is told on each, though nothing is in the way. */
const advised: Readonly<Record<string, readonly string[]>> = {
  cgnat: ['double-nat'],
  'public-vm': ['firewall-rules'],
  'small-memory': ['small-memory'],
  'standalone-lineage': ['certificate-owned'],
};

test.each(names)('%s: exactly what is in the way is found', name => {
  const facts = readFacts(readFileSync(`${folder}${name}.json`, 'utf8'));
  const {problems, warnings} = drawStack(makeInput({facts}));
  expect(problems.map(({code}) => code)).toEqual(expected[name] ?? []);
  expect(warnings.map(({code}) => code)).toEqual(advised[name] ?? []);
});
