import type {Difference, Resource, Work} from '../../src/model/resource.ts';

/** A resource whose only state is whether it was applied. */
export type Toy = Resource & {isApplied: boolean};

/** Makes a resource that creates itself; `apply` may do more, or fail. */
export function createToy(
  id: string,
  {
    apply = () => {},
    converges = true,
    isApplied = false,
    ...more
  }: {
    readonly apply?: (work: Work) => void | Promise<void>;
    /** Whether applying it has the wanted effect. */
    readonly converges?: boolean;
    readonly isApplied?: boolean;
  } & Partial<Pick<Resource, 'needs' | 'locks' | 'writes' | 'diff' | 'read' | 'title'>> = {},
): Toy {
  const create: readonly Difference[] = [{change: 'create', summary: `${id} is missing`}];
  const toy: Toy = {
    isApplied,
    id,
    title: `Toy ${id}`,
    place: 'host',
    kind: 'toy',
    needs: [],
    locks: [],
    read: async () => toy.isApplied,
    diff: state => (state === true ? [] : create),
    record: () => [],
    async apply(work) {
      await apply(work);
      toy.isApplied = converges;
    },
    ...more,
  };
  return toy;
}

/** Gives other tasks a number of turns of the event loop. */
export async function passTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
}
