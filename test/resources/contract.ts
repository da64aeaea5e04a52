import {describe, expect, test} from 'vitest';
import {type ChangeKind, noOtherChanges, type Resource} from '../../src/model/resource.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {compare, converge} from './work.ts';

export type ContractCase = {
  readonly name: string;
  readonly resource: Resource;
  /** Makes a machine on which the resource differs. */
  readonly machine: () => MemoryHost;
  /** The expected differences. */
  readonly differs: readonly ChangeKind[];
  /** Every change that applying makes to the machine, in order. */
  readonly does: readonly string[];
};

/** Tests the contract of every resource. */
export function testContract(cases: readonly ContractCase[]): void {
  describe.each(cases)('$name', ({resource, machine, differs, does}) => {
    test('reading finds the differences and changes nothing', async () => {
      const host = machine();
      const state = await resource.read(host);
      const asked = host.asked.length;
      const before = structuredClone(state);
      const differences = resource.diff(state, noOtherChanges);
      expect(differences.map(({change}) => change)).toEqual(differs);
      expect(resource.diff(state, noOtherChanges), 'the same again').toEqual(differences);
      expect(state, 'the state is only read').toEqual(before);
      expect([host.asked.length, host.changes]).toEqual([asked, []]);
    });

    test('applying makes only the differences, after which there are none', async () => {
      const host = machine();
      await converge(resource, host);
      expect(host.changes).toEqual(does);
      expect(await compare(resource, host)).toEqual([]);
      await converge(resource, host);
      expect(host.changes).toEqual(does);
    });

    test('reading works on a machine without programs and files', async () => {
      const host = createMemoryHost();
      await compare(resource, host);
      expect(host.changes).toEqual([]);
    });
  });
}
