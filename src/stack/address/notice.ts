import * as v from 'valibot';
import type {Host} from '../../model/host.ts';
import {publicFile} from '../../resources/path.ts';
import {readInUse} from '../in-use.ts';

/** The result of the last look for the public address. */
const noticeFile = '/var/lib/jitsi-onebox/address.json';

const notice = v.object({
  v: v.literal(1),
  /** When it was looked for, ISO 8601 in UTC. */
  checked: v.string(),
  seen: v.string(),
  /** The address that the DNS entries were last changed to. */
  published: v.optional(v.string()),
  /** The address whose run has not ended well. */
  pending: v.optional(v.string()),
  /** The attempts of the timer that failed one after the other, all for this address. */
  failed: v.optional(v.object({address: v.string(), at: v.string(), times: v.number()})),
});

/** What is known about the public address. */
export type AddressNotice = Readonly<v.InferOutput<typeof notice>>;

/** Reads what is known; undefined before the first look, or if the file is broken. */
export async function readAddressNotice({files}: Host): Promise<AddressNotice | undefined> {
  const text = await files.read(noticeFile).catch(() => undefined);
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), notice), text);
  return success ? output : undefined;
}

/** Writes down what is known. */
export async function writeAddressNotice({files}: Host, known: Omit<AddressNotice, 'v'>): Promise<void> {
  await files.write(noticeFile, `${JSON.stringify({v: 1, ...known}, undefined, 2)}\n`, publicFile);
}

const minute = 60_000;
/** The longest pause between attempts, and the first one. */
const pauses = {first: 3 * minute, longest: 60 * minute};

/** Returns when the timer may try again, in milliseconds since 1970: each pause is twice as long as the one before, up to an hour. */
export function nextAttempt({at, times}: NonNullable<AddressNotice['failed']>): number {
  return Date.parse(at) + Math.min(pauses.longest, pauses.first * 2 ** (times - 1));
}

/** Says in a sentence that the public address is another one than the containers name, or that a change has not ended. */
export async function describeAddress(host: Host, directory: string): Promise<string | undefined> {
  const known = await readAddressNotice(host);
  const {publicAddress} = await readInUse(host, directory);
  if (known === undefined || publicAddress === undefined) return undefined;
  const what = describeOpenChange(known, publicAddress);
  return what && `${what}: sudo jitsi-onebox address --now`;
}

/** Says what is open while the containers name an address; undefined if nothing is. */
export function describeOpenChange(
  {seen, pending}: Pick<AddressNotice, 'seen' | 'pending'>,
  inUse: string,
): string | undefined {
  if (seen !== inUse) return `The public address is ${seen} now, and participants are still sent to ${inUse}`;
  return pending && `The change to ${pending} has not ended`;
}
