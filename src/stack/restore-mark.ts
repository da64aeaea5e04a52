import * as v from 'valibot';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {publicFile} from '../resources/path.ts';

const directory = '/var/lib/jitsi-onebox';
/** Is there while a restore is not complete: it broke off, or still runs. */
const markFile = `${directory}/restoring.json`;

const markSchema = v.object({
  v: v.literal(1),
  domain: v.string(),
  /** When the backup was made. */
  at: v.string(),
  /** The SHA-256 of its archive. */
  digest: v.string(),
  /** The directories of the backup that were there before. */
  directories: v.pipe(v.array(v.string()), v.readonly()),
});

/** A restore that is not complete. */
export type RestoreMark = Readonly<Omit<v.InferOutput<typeof markSchema>, 'v'>>;

/** Reads the mark of a restore that is not complete. One that cannot be read belongs to no backup. */
export async function readRestore({files}: Host): Promise<RestoreMark | undefined> {
  const text = await files.read(markFile);
  if (text === undefined) return undefined;
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), markSchema), text);
  return success ? output : {domain: 'an unknown domain', at: '', digest: '', directories: []};
}

/** Marks that a restore begins. */
export async function markRestore({files}: Host, mark: RestoreMark): Promise<void> {
  if ((await files.stat(directory)) === undefined) await files.makeDirectory(directory, {mode: 0o700, uid: 0, gid: 0});
  await files.write(markFile, `${JSON.stringify({v: 1, ...mark}, undefined, 2)}\n`, publicFile);
}

/** Removes the mark of a restore that is complete. */
export const removeRestore = ({files}: Host): Promise<void> => files.remove(markFile);

/** Finds a restore that is not complete: an installation over it would make new passwords and certificates for those that are missing. */
export async function findBrokenRestore(host: Host): Promise<readonly Problem[]> {
  const mark = await readRestore(host).catch(() => undefined);
  return mark ? [explainRestore(mark)] : [];
}

/** Explains that a restore is not complete, with the error that ended it. */
export function explainRestore({domain, at}: Pick<RestoreMark, 'domain' | 'at'>, cause?: unknown): Problem {
  const backup = at === '' ? '' : ` from the backup of ${at}`;
  const reason = cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new Problem({
    code: 'restore-incomplete',
    summary: `The restore of ${domain}${backup} is not complete${reason}`.replace(/\.?$/, '.'),
    why: 'Files are missing. `apply` would make new passwords and certificates in their place, and people would lose their accounts.',
    remedy: `If the disk is full, free some space (\`df -h\`). Then run the same \`jitsi-onebox restore FILE\` again: it continues. To do without the backup, remove ${markFile}.`,
    cause,
  });
}
