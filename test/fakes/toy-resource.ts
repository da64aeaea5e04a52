import type {Difference, Resource, Work} from '../../src/model/resource.ts';

/** A resource whose only state is whether it was applied. */
export type Toy = Resource & {isMended: boolean};

/** Makes a resource that creates itself; `apply` may do something more, or fail. */
export function createToy(
  id: string,
  {
    apply = () => {},
    mends = true,
    isMended = false,
    ...more
  }: {
    readonly apply?: (work: Work) => void | Promise<void>;
    /** Whether applying it really helps. */
    readonly mends?: boolean;
    readonly isMended?: boolean;
  } & Partial<Pick<Resource, 'needs' | 'locks' | 'diff' | 'read' | 'title'>> = {},
): Toy {
  const create: readonly Difference[] = [{change: 'create', summary: `${id} is missing`}];
  const toy: Toy = {
    isMended,
    id,
    title: `Toy ${id}`,
    place: 'host',
    kind: 'toy',
    needs: [],
    locks: [],
    read: async () => toy.isMended,
    diff: state => (state === true ? [] : create),
    record: () => [],
    async apply(work) {
      await apply(work);
      toy.isMended = mends;
    },
    ...more,
  };
  return toy;
}

/** Lets time pass for whoever else is ready, in a number of turns. */
export async function passTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
}
