import type * as v from 'valibot';

export type DeepReadonly<T> = {readonly [Key in keyof T]: DeepReadonly<T[Key]>};
export type Output<Schema extends v.GenericSchema> = DeepReadonly<v.InferOutput<Schema>>;

/** Defines a fact: its title on screen, its schema, and its value in words. */
export function define<Schema extends v.GenericSchema>(
  title: string,
  schema: Schema,
  describe: (value: Output<Schema>) => string,
) {
  return {title, schema, describe};
}
