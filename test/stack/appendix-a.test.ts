import {expect, test} from 'vitest';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {environmentFile, services} from '../../src/stack/compose-file.ts';
import {passedVariables} from './appendix-a.ts';
import {makeInput} from './input.ts';

const {blueprint} = drawBlueprint(makeInput());
const shared = [...environmentFile(blueprint).matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '');

test.each(Object.entries(passedVariables))('%s knows every variable that it is given', (name, passed) => {
  const service = services(blueprint).find(each => each.name === name);
  const given = [...Object.keys(service?.environment ?? {}), ...shared];
  expect(given.length).toBeGreaterThan(2);
  expect(given.filter(variable => !passed.has(variable))).toEqual([]);
});

test('the relay gets no variables: they would be visible in its command line', () => {
  expect(services(blueprint).find(({name}) => name === 'turn')?.environment).toEqual({});
});
