import {isDeepStrictEqual} from 'node:util';
import * as v from 'valibot';
import type {Host} from '../../model/host.ts';
import type {UpdateRequest} from '../../model/request.ts';
import {countOf} from '../../model/words.ts';
import {readRecordedDigest} from '../../resources/image-record.ts';
import {findDigest} from '../../resources/local-image.ts';
import {publicFile} from '../../resources/path.ts';
import {describeRefusal} from './program.ts';

/** The result of the last look at the registry, for everybody who shows the installation. */
const noticeFile = '/var/lib/jitsi-onebox/update.json';

const images = v.record(v.string(), v.object({from: v.optional(v.string()), to: v.string()}));
const notice = v.object({
  v: v.literal(1),
  /** When the registry was asked, ISO 8601 in UTC. */
  checked: v.string(),
  /** The updates that it had. */
  images,
  /** The checks that kept the timer from the last update. */
  blocked: v.optional(v.object({at: v.string(), checks: v.array(v.string())})),
  /** The problem that keeps the timer from looking or from installing, which was reported to the user. */
  hindrance: v.optional(v.object({at: v.string(), code: v.string(), summary: v.string()})),
  /** The refused version of the program that was reported to the user. */
  reportedProgram: v.optional(v.string()),
  /** The last update that was taken back. */
  failed: v.optional(v.object({at: v.string(), run: v.string(), images})),
});

/** What is known about updates. */
export type Notice = Readonly<v.InferOutput<typeof notice>>;

/** Reads what is known about updates; undefined before the first look, or if the file is broken. */
export async function readNotice({files}: Host): Promise<Notice | undefined> {
  const text = await files.read(noticeFile).catch(() => undefined);
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), notice), text);
  return success ? output : undefined;
}

/** Writes down what is known about updates. */
export async function writeNotice({files}: Host, news: Omit<Notice, 'v'>): Promise<void> {
  await files.write(noticeFile, `${JSON.stringify({v: 1, ...news}, undefined, 2)}\n`, publicFile);
}

/** Says whether an update is available, cannot be made, or a version of the program was refused; undefined if none is known. */
export async function describeNotice(host: Host): Promise<string | undefined> {
  const sentences = [await describeImages(host), await describeHindrance(host), await describeRefusal(host)].filter(
    each => each !== undefined,
  );
  return sentences.length > 0 ? sentences.join('\n') : undefined;
}

async function describeImages(host: Host): Promise<string | undefined> {
  const known = await readNotice(host);
  if (!known) return undefined;
  const names = Object.entries(known.images);
  const isOpen = async ([name, {to}]: (typeof names)[number]) => {
    const [recorded, wanted] = await Promise.all([readRecordedDigest(host, name), findDigest(host, to)]);
    return wanted === undefined || recorded !== wanted;
  };
  const states = await Promise.all(names.map(isOpen));
  const open = names.filter((_, index) => states[index]);
  if (open.length === 0) return undefined;
  const failed = findFailed(known, Object.fromEntries(open));
  const what = `An update of ${countOf(open.length, 'image')} is available`;
  const {blocked} = known;
  if (failed === undefined && blocked !== undefined)
    return `${what}. The timer did not install it, because these checks fail: ${blocked.checks.join(', ')}. See: sudo jitsi-onebox doctor`;
  return failed === undefined
    ? `${what}: sudo jitsi-onebox update --now`
    : `${what}, but it failed in run ${failed.run} and was taken back. Try it again: sudo jitsi-onebox update --now`;
}

async function describeHindrance(host: Host): Promise<string | undefined> {
  const hindrance = (await readNotice(host))?.hindrance;
  return hindrance && `The timer has not been able to update since ${hindrance.at.slice(0, 10)}: ${hindrance.summary}`;
}

/** Returns whether two looks found the same updates. */
export function hasSameTargets(one: Notice['images'], other: Notice['images'] = {}): boolean {
  const targets = (found: Notice['images']) =>
    Object.entries(found)
      .map(([name, {to}]) => `${name} ${to}`)
      .toSorted();
  return isDeepStrictEqual(targets(one), targets(other));
}

/** Returns the update that failed before, if these images are the same ones. */
export function findFailed({failed}: Pick<Notice, 'failed'>, wanted: UpdateRequest['images']): Notice['failed'] {
  const names = Object.keys(wanted);
  return failed !== undefined && names.length > 0 && names.every(name => failed.images[name]?.to === wanted[name]?.to)
    ? failed
    : undefined;
}
