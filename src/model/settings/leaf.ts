import * as v from 'valibot';
import type {Reading} from './grammar/reading.ts';

/** What every setting says of itself: the help, the wizard and error messages read it. */
export type About = {readonly description: string; readonly example: string};

/** A setting that is text in a grammar of its own. */
export function text<Value extends string>(about: About, read: (text: string) => Reading<Value>) {
  return v.pipe(v.string(), reading(read), v.description(about.description), v.metadata(about));
}

/** A setting that lists texts of one grammar, at least one. */
export function list(about: About, read: (text: string) => Reading) {
  return v.pipe(
    v.array(v.pipe(v.string(), reading(read))),
    v.minLength(1, 'is empty; at least one is needed'),
    v.readonly(),
    v.description(about.description),
    v.metadata(about),
  );
}

/** A setting that is on or off. */
export function toggle(about: About) {
  return v.pipe(v.boolean('is neither true nor false'), v.description(about.description), v.metadata(about));
}

/** A setting that is a port of this machine. */
export function port(about: About) {
  const fault = 'is not a port: a whole number from 1 to 65535';
  return v.pipe(
    v.number(fault),
    v.integer(fault),
    v.minValue(1, fault),
    v.maxValue(65_535, fault),
    v.description(about.description),
    v.metadata(about),
  );
}

function reading<Value extends string>(read: (text: string) => Reading<Value>) {
  return v.rawTransform<string, Value>(({dataset, addIssue, NEVER}) => {
    const result = read(dataset.value);
    if ('value' in result) return result.value;
    addIssue({message: result.fault});
    return NEVER;
  });
}
