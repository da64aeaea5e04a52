import {expect, test} from 'vitest';
import {orderByNeeds} from '../../src/engine/order.ts';
import {drawStack} from '../../src/stack/index.ts';
import {makeInput} from './input.ts';

const override = 'file:/srv/jitsi/docker-compose.override.yml';
const former = {name: 'meeting', environment: {}};

test('containers of another name and overrides are removed before ours start, and before changes that need their ports', () => {
  const {resources} = drawStack({...makeInput({takeOver: ['compose']}), former});
  const order = orderByNeeds(resources).map(({id}) => id);
  for (const id of ['container:web', 'network:meet.jitsi', 'unit:haproxy.service']) {
    const needs = resources.find(each => each.id === id)?.needs;
    expect(needs).toEqual(expect.arrayContaining(['containers:given-up', 'containers:given-up:meeting', override]));
  }
  expect(order.indexOf(override)).toBeGreaterThan(order.indexOf('file:/srv/jitsi/compose.yaml'));
});

test('a project of our name needs no more', () => {
  const {resources} = drawStack({
    ...makeInput({takeOver: ['compose']}),
    former: {...former, name: 'jitsi'},
  });
  expect(resources.map(({id}) => id).filter(id => /given-up:/.test(id))).toEqual([]);
});
