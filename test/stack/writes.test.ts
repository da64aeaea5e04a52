import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {orderByNeeds} from '../../src/engine/order.ts';
import {readFacts} from '../../src/model/facts-json.ts';
import type {Resource} from '../../src/model/resource.ts';
import {drawStack, type TakeOver} from '../../src/stack/index.ts';
import {takeOvers} from '../../src/stack/names.ts';
import {makeInput} from './input.ts';

const folder = new URL('../machines/', import.meta.url).pathname;
const machines = readdirSync(folder).filter(name => name.endsWith('.json'));

const head = 'domain: meet.example.org\ncontact: admin@example.org\n';
const addresses = 'address: {public: 198.51.100.1, local: 192.168.7.2}\n';
const settings = {
  'with the relay': `${head}turn: {domain: turn.example.org}\n`,
  'without the relay': `${head}turn: {enabled: false}\n`,
  'in another directory': `${head}turn: {domain: turn.example.org}\nstack: {directory: /srv/video}\n`,
};

const takenOver: readonly (readonly TakeOver[])[] = [[], ...takeOvers.map(each => [each]), takeOvers];

describe.each(machines)('%s', name => {
  const facts = readFacts(readFileSync(`${folder}${name}`, 'utf8'));
  test.each(Object.entries(settings))('%s: no two steps write the same path at the same time', (_what, text) => {
    for (const takeOver of takenOver) {
      const {resources} = drawStack(makeInput({settings: text + addresses, facts, takeOver}));
      expect(() => orderByNeeds(resources)).not.toThrow();
      expect(resources.flatMap(({writes = []}) => writes).length).toBeGreaterThan(30);
    }
  });
});

test('without its need for the copy, the certificate of the relay would write the same files through its deploy hook', () => {
  const {resources} = drawStack(makeInput({takeOver: ['compose']}));
  const copy = resources.find(({id}) => id.startsWith('certificate-copy:'));
  const without = resources.map(
    (each): Resource => ({...each, needs: each.needs.filter(need => need !== copy?.id || each.kind !== 'certificate')}),
  );
  expect(() => orderByNeeds(without)).toThrow('certificate:turn.example.org write /srv/jitsi/turn/certs/fullchain.pem');
});
