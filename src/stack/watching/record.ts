import * as v from 'valibot';
import type {FileAttributes, Host} from '../../model/host.ts';

/** What the last round found, for the next one and for metrics. */
const recordFile = '/var/lib/jitsi-onebox/watch.json';

const rootOnly: FileAttributes = {mode: 0o600, uid: 0, gid: 0};

const schema = v.object({
  v: v.literal(1),
  /** When the round ended, ISO 8601 in UTC. */
  at: v.string(),
  /** The state that was reported for each check, and since when it is so. */
  checks: v.record(v.string(), v.object({state: v.picklist(['ok', 'warning', 'failed']), since: v.string()})),
  /** Why the checks could not be made since then. */
  fault: v.optional(v.string()),
});

export type Watched = Readonly<v.InferOutput<typeof schema>>;

/** Reads what the last round found; undefined before the first, or if the file is broken. */
export async function readWatched({files}: Host): Promise<Watched | undefined> {
  const text = await files.read(recordFile).catch(() => undefined);
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return success ? output : undefined;
}

/** Writes down what a round found. */
export async function writeWatched({files}: Host, watched: Omit<Watched, 'v'>): Promise<void> {
  await files.write(recordFile, `${JSON.stringify({v: 1, ...watched}, undefined, 2)}\n`, rootOnly);
}
