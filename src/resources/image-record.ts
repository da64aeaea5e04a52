import {isMap, parseDocument, stringify} from 'yaml';
import {type Host, repositoryOf} from '../model/host.ts';
import {publicFile} from './path.ts';

/** Records the digest that each name of an image refers to: that of its first pull, or of the newest update. */
export const digestFile = '/var/lib/jitsi-onebox/images.yaml';

/** Records every image that this program pulled and has not removed, by repository, oldest first. */
export const historyFile = '/var/lib/jitsi-onebox/image-history.yaml';

/**
 * An image that this program pulled or built: the name it was pulled for or has, and its digest. One that was built has the digest of
 * the image that it was built from as well.
 */
export type PulledImage = {readonly name: string; readonly digest: string; readonly base?: string};

type History = Readonly<Record<string, readonly PulledImage[]>>;

/** Reads the digest that an image's name refers to. */
export async function readRecordedDigest({files}: Host, name: string): Promise<string | undefined> {
  const digest = parse(await files.read(digestFile))[name];
  return typeof digest === 'string' ? digest : undefined;
}

/** Reads which images this program pulled or built, oldest first. */
export async function readHistory({files}: Host): Promise<readonly PulledImage[]> {
  return Object.values(parseHistory(await files.read(historyFile))).flat();
}

function parse(text = '{}'): Readonly<Record<string, unknown>> {
  const {contents, errors} = parseDocument(text);
  return errors.length === 0 && isMap(contents) ? contents.toJSON() : {};
}

/** Parses the history; an entry that somebody broke counts as none, so its image is never removed. */
function parseHistory(text: string | undefined): History {
  const isPulled = (each: Partial<PulledImage> | null) =>
    typeof each?.name === 'string' && /^sha256:[0-9a-z]+$/.test(String(each.digest));
  return Object.fromEntries(
    Object.entries(parse(text)).map(([repository, list]) => [
      repository,
      Array.isArray(list) ? list.filter(isPulled) : [],
    ]),
  );
}

let recording: Promise<void> = Promise.resolve();

/** Images are pulled at the same time and share two files, so their writers take turns. */
function inTurn(task: () => Promise<void>): Promise<void> {
  const turn = recording.then(task);
  recording = turn.catch(() => undefined);
  return turn;
}

/** Records the digest that a name refers to. */
export function recordDigest(host: Host, name: string, digest: string): Promise<void> {
  return inTurn(async () => {
    const digests = parse(await host.files.read(digestFile));
    if (digests[name] === digest) return;
    await host.files.write(digestFile, stringify({...digests, [name]: digest}), publicFile);
  });
}

/** Finds the digest of the image that one of this digest was built from; undefined if it was pulled. */
export async function readBase(host: Host, digest: string | undefined): Promise<string | undefined> {
  return (await readHistory(host)).find(each => each.digest === digest)?.base;
}

/** Records that this program pulled or built an image. */
export function recordPull(host: Host, pulled: PulledImage): Promise<void> {
  const repository = repositoryOf(pulled.name);
  return changeHistory(host, ({[repository]: list = [], ...others}) => ({
    ...others,
    [repository]: [...list.filter(({digest}) => digest !== pulled.digest), pulled],
  }));
}

/** Forgets images that are no longer here. */
export function forgetPulls(host: Host, gone: readonly PulledImage[]): Promise<void> {
  const isLeft = ({digest}: PulledImage) => !gone.some(each => each.digest === digest);
  return changeHistory(host, history =>
    Object.fromEntries(Object.entries(history).map(([repository, list]) => [repository, list.filter(isLeft)])),
  );
}

function changeHistory({files}: Host, change: (history: History) => History): Promise<void> {
  return inTurn(async () => {
    const before = await files.read(historyFile);
    const after = stringify(change(parseHistory(before)));
    if (after !== before) await files.write(historyFile, after, publicFile);
  });
}
