import {keys, type RawValue} from './keys.ts';

/** What help and documentation tell of one setting. */
export type Description = {
  readonly key: string;
  readonly description: string;
  readonly default: RawValue | undefined;
  readonly required: boolean;
  readonly example: string;
};

/** Every setting with what it is for, in the order of the file. */
export function describeSettings(): readonly Description[] {
  return [...keys.values()].map(({kind: _kind, ...description}) => description);
}
