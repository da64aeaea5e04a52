import {readdir, readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {factNames} from '../../src/model/facts.ts';
import {factsToJson, readFacts} from '../../src/model/facts-json.ts';
import {Problem} from '../../src/model/problem.ts';

const machines = new URL('../machines/', import.meta.url);
const names = (await readdir(machines)).filter(name => name.endsWith('.json'));

describe('a recorded machine', () => {
  test.each(names)('%s is complete, and is written as it was read', async name => {
    const text = await readFile(new URL(name, machines), 'utf8');
    const facts = readFacts(text);
    expect(factNames.filter(fact => facts[fact].value === undefined)).toEqual([]);
    expect(factsToJson(facts)).toBe(text);
  });

  test('there are some', () => {
    expect(names.length).toBeGreaterThanOrEqual(3);
  });
});

test('an unknown fact keeps its reason, one that is not recorded gets one, and null stays a value', () => {
  const facts = readFacts('{"memory": {"source": "a", "reason": "b"}, "docker": {"value": null, "source": "c"}}');
  expect(facts.memory).toEqual({value: undefined, source: 'a', reason: 'b'});
  expect(facts.cores).toEqual({value: undefined, source: 'the recording', reason: 'it is not recorded'});
  expect(facts.docker).toEqual({value: null, source: 'c'});
  expect(readFacts(factsToJson(facts))).toEqual(facts);
});

test.each([
  ['{"memory": {"value": "much", "source": "s"}}', 'memory.value'],
  ['{"memory": {"value": 1}}', 'memory.source'],
  ['{"memory": {}}', 'memory.'],
  ['{"memory": 5}', 'memory'],
  [
    '{"listeners": {"value": [{"protocol": "sctp", "address": "", "port": 1}], "source": "ss"}}',
    'listeners.value.0.protocol',
  ],
  ['{"publicAddress": {"value": "1.2.3.4; rm -rf /", "source": "s"}}', 'publicAddress.value'],
  ['{"timezone": {"value": "Moon/Crater", "source": "s"}}', 'timezone.value'],
  ['{"weather": {"value": "fine", "source": "s"}}', 'weather'],
  ['[]', 'the file'],
  ['not JSON', 'the file'],
])('the fault of %s is named', (text, place) => {
  expect(() => readFacts(text)).toThrow(Problem);
  expect(() => readFacts(text)).toThrow(place);
});
