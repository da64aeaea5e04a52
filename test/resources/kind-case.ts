import type {Resource} from '../../src/model/resource.ts';
import type {Seed} from '../fakes/memory-files.ts';
import type {World} from '../fakes/world.ts';

/** Resources of one kind, and a host on which they differ. */
export type KindCase = {
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly world?: Partial<World>;
  readonly files?: Readonly<Record<string, Seed>>;
};
