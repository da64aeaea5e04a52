import * as v from 'valibot';
import {type Facts, factNames, factTable, unknown} from './facts.ts';
import {Problem} from './problem.ts';

/** Formats facts for `detect --json`; an unknown one has a reason instead of a value. */
export function factsToJson(facts: Facts): string {
  const ordered = factNames.map(name => [name, facts[name]]);
  return `${JSON.stringify(Object.fromEntries(ordered), undefined, 2)}\n`;
}

/** Reads facts that `detect --json` printed; a fact that was not recorded is unknown. */
export function readFacts(text: string): Facts {
  const read = v.safeParse(recording, text);
  if (read.success) return read.output;
  const faults = read.issues.map(issue => `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
  throw new Problem({
    code: 'facts-invalid',
    summary: `The recorded facts cannot be read: ${faults.join('; ')}.`,
    remedy: 'Record them anew with `jitsi-onebox detect --json`.',
  });
}

const notRecorded = {source: 'the recording', reason: 'it is not recorded'};

const unknownFact = v.pipe(
  v.strictObject({source: v.string(), reason: v.string()}),
  v.transform(({source, reason}) => unknown(source, reason)),
);

const recording = v.pipe(
  v.string(),
  v.parseJson(),
  // valibot accepts an array where an object is expected.
  v.check(input => !Array.isArray(input), 'Invalid type: Expected Object but received Array'),
  v.strictObject(
    Object.fromEntries(factNames.map(name => [name, v.optional(factOf(factTable[name].schema), notRecorded)])),
  ),
  v.transform(facts => facts as Facts),
);

// A union would only report that neither form fits. Choosing first reports the fault itself.
function factOf(value: v.GenericSchema) {
  const knownFact = v.strictObject({value, source: v.string()});
  return v.lazy(input => (hasValue(input) ? knownFact : unknownFact));
}

function hasValue(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'value' in input;
}
