import {describe, expect, test} from 'vitest';
import {type ChangeKind, noOtherChanges, type Resource} from '../../src/model/resource.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {compare, mend} from './work.ts';

export type ContractCase = {
  readonly name: string;
  readonly resource: Resource;
  /** Makes a machine on which the resource is not as it should be. */
  readonly machine: () => MemoryHost;
  /** How it differs there. */
  readonly differs: readonly ChangeKind[];
  /** Everything that mending does to the machine, in its order. */
  readonly does: readonly string[];
};

/** What every resource keeps to, whatever its kind. */
export function testContract(cases: readonly ContractCase[]): void {
  describe.each(cases)('$name', ({resource, machine, differs, does}) => {
    test('a look tells what differs and changes nothing', async () => {
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

    test('mending does no more than what differs, and then nothing differs', async () => {
      const host = machine();
      await mend(resource, host);
      expect(host.changes).toEqual(does);
      expect(await compare(resource, host)).toEqual([]);
      await mend(resource, host);
      expect(host.changes).toEqual(does);
    });

    test('a machine without any program or file can be looked at', async () => {
      const host = createMemoryHost();
      await compare(resource, host);
      expect(host.changes).toEqual([]);
    });
  });
}
