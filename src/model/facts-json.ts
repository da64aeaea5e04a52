import * as v from 'valibot';
import {type Facts, type FactValues, unknown} from './facts.ts';
import {Problem} from './problem.ts';
import {readTimeZone} from './settings/grammar/time-zone.ts';

const texts = v.array(v.string());
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

const listener = v.object({
  protocol: v.picklist(['tcp', 'udp']),
  address: v.string(),
  port,
  process: v.exactOptional(v.string()),
  pid: v.exactOptional(count),
  unit: v.exactOptional(v.string()),
  package: v.exactOptional(v.string()),
  container: v.exactOptional(v.object({name: v.string(), project: v.exactOptional(v.string())})),
});

const values = {
  release: v.object({id: v.string(), version: v.string(), codename: v.string(), name: v.string()}),
  architecture: v.string(),
  kernel: v.string(),
  memory: count,
  cores: count,
  disk: count,
  interfaces: v.array(v.object({name: v.string(), addresses: texts})),
  gateway: v.object({interface: v.string(), address: v.pipe(v.string(), v.ip())}),
  localAddress: v.pipe(v.string(), v.ipv4()),
  publicAddress: v.pipe(v.string(), v.ipv4()),
  nat: v.picklist(['none', 'single', 'double']),
  ipv6: v.boolean(),
  routes: texts,
  listeners: v.array(listener),
  nginxSites: v.array(v.object({file: v.string(), names: texts, listens: texts})),
  docker: v.nullable(v.string()),
  compose: v.nullable(v.object({argv: v.tupleWithRest([v.string()], v.string()), version: v.string()})),
  timezone: v.pipe(
    v.string(),
    v.check(zone => 'value' in readTimeZone(zone), 'is not in the time zone database'),
  ),
  firewall: v.picklist(['none', 'ufw', 'firewalld', 'nftables']),
  candidates: v.record(v.string(), v.string()),
} satisfies {readonly [Name in keyof FactValues]: v.GenericSchema<unknown, FactValues[Name]>};

/** The names of all facts, in the order in which people read them. */
export const factNames = Object.keys(values) as readonly (keyof FactValues)[];

/** Writes facts as `detect --json` prints them; an unknown one has a reason instead of a value. */
export function factsToJson(facts: Facts): string {
  const ordered = factNames.map(name => [name, facts[name]]);
  return `${JSON.stringify(Object.fromEntries(ordered), undefined, 2)}\n`;
}

/** Reads facts that `detect --json` printed; what a recording does not have is unknown. */
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
  // valibot takes a list for an object.
  v.check(input => !Array.isArray(input), 'Invalid type: Expected Object but received Array'),
  v.strictObject(Object.fromEntries(factNames.map(name => [name, v.optional(factOf(values[name]), notRecorded)]))),
  v.transform(facts => facts as Facts),
);

// A union would only complain that neither form fits; choosing first makes it name the fault.
function factOf(value: v.GenericSchema) {
  const knownFact = v.strictObject({value, source: v.string()});
  return v.lazy(input => (hasValue(input) ? knownFact : unknownFact));
}

function hasValue(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'value' in input;
}
