import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose} from '../../src/stack/compose-file.ts';
import {makeFacts, makeInput} from '../stack/input.ts';

const servicesOf = (memory: number) => {
  const {blueprint} = drawBlueprint(makeInput({facts: makeFacts({memory: memory * 1024 ** 3})}));
  return Object.entries<{mem_limit: string; pids_limit: number}>(parse(renderCompose(blueprint)).services);
};

test.each([1, 2, 8, 64])('s4: with %i GiB every container has a limit for memory and processes', memory => {
  const services = servicesOf(memory);
  expect(services).toHaveLength(5);
  for (const [name, {mem_limit: limit, pids_limit: processes}] of services) {
    expect(limit, name).toMatch(/^\d+m$/);
    expect(Number.parseInt(limit, 10), name).toBeGreaterThanOrEqual(128);
    expect(processes, name).toBe(2048);
  }
});
