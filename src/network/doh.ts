import * as v from 'valibot';
import {limit} from '../model/limit.ts';
import type {CaaRecord, OutsideAnswer} from '../model/machine.ts';
import {fetchPage} from './http.ts';

/** Asks a resolver for the data of all records of a type. */
export type AskResolver = (
  url: string,
  name: string,
  type: RecordType,
  signal: AbortSignal,
) => Promise<readonly string[]>;

/** The numbers of the types of records (RFC 1035, RFC 3596, RFC 8659). */
const recordTypes = {A: 1, AAAA: 28, CAA: 257} as const;
type RecordType = keyof typeof recordTypes;

const patience = 3000;

const jsonAnswer = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Status: v.number(),
    Answer: v.optional(v.array(v.object({type: v.number(), data: v.string()})), []),
  }),
);
/** The name does not exist (RFC 1035); that is an answer. */
const noSuchName = 3;

/** Asks a resolver over HTTPS, in the JSON form that Cloudflare and Google share. */
const askResolver: AskResolver = async (url, name, type, signal) => {
  const question = `name=${encodeURIComponent(name)}&type=${type}`;
  const headers = {accept: 'application/dns-json'};
  const {status, body} = await fetchPage(`${url}${url.includes('?') ? '&' : '?'}${question}`, {headers, signal});
  if (status !== 200) throw new Error(`answered with status ${status}`);
  const {success, output} = v.safeParse(jsonAnswer, body);
  if (!success) throw new Error('the answer is not in the JSON form of DNS');
  if (output.Status !== 0 && output.Status !== noSuchName)
    throw new Error(`the answer has the status ${output.Status}`);
  return output.Answer.filter(each => each.type === recordTypes[type]).map(({data}) => data);
};

/** Looks a name up as the internet sees it. Resolvers that do not answer are left out; throws if none does. */
export async function lookUpOutside(
  name: string,
  resolvers: readonly string[],
  ask: AskResolver = askResolver,
): Promise<readonly OutsideAnswer[]> {
  const asked = resolvers.map(async url => {
    const both = (['A', 'AAAA'] as const).map(type => inTime(signal => ask(url, name, type, signal)));
    return {from: new URL(url).hostname, addresses: (await Promise.all(both)).flat()};
  });
  const answers = await Promise.allSettled(asked);
  const given = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (given.length > 0) return given;
  const reasons = answers.map((answer, index) => {
    const reason: unknown = answer.status === 'rejected' ? answer.reason : undefined;
    return `${new URL(resolvers[index] ?? '').hostname}: ${reason instanceof Error ? reason.message : String(reason)}`;
  });
  throw new Error(reasons.join('; '));
}

/** Finds the CAA records that govern a name, as the first resolver that answers sees them (RFC 8659, section 3). */
export async function lookUpCaaOutside(
  name: string,
  resolvers: readonly string[],
  ask: AskResolver = askResolver,
): Promise<readonly CaaRecord[]> {
  return Promise.any(resolvers.map(url => climb(url, name, ask)));
}

async function climb(url: string, name: string, ask: AskResolver): Promise<readonly CaaRecord[]> {
  const labels = name.split('.');
  for (const index of labels.keys()) {
    const found = await inTime(signal => ask(url, labels.slice(index).join('.'), 'CAA', signal));
    if (found.length > 0) return found.flatMap(readCaaText);
  }
  return [];
}

const inTime = <T>(task: (signal: AbortSignal) => Promise<T>) => limit(patience, new AbortController().signal, task);

/** Reads `0 issue "letsencrypt.org"`, or the bytes of a type that a resolver does not know: `\# 22 00 05 69 73 …` (RFC 3597). */
export function readCaaText(data: string): readonly CaaRecord[] {
  const bytes = /^\\# \d+((?: ?[0-9a-f]{2})+)$/i.exec(data)?.[1]?.replaceAll(' ', '');
  if (bytes !== undefined) return readCaaBytes(Buffer.from(bytes, 'hex'));
  const [, flags, tag = '', quoted, plain = ''] = /^(\d+) (\w+) (?:"(.*)"|(\S*))$/.exec(data) ?? [];
  if (flags === undefined) return [];
  return [
    {tag: tag.toLowerCase(), value: quoted?.replaceAll(/\\(.)/g, '$1') ?? plain, isCritical: Number(flags) >= 128},
  ];
}

function readCaaBytes(bytes: Buffer): readonly CaaRecord[] {
  const [flags = 0, length = 0] = bytes;
  const tag = bytes.subarray(2, 2 + length).toString('latin1');
  return tag === ''
    ? []
    : [{tag: tag.toLowerCase(), value: bytes.subarray(2 + length).toString(), isCritical: flags >= 128}];
}
