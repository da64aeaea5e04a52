import * as v from 'valibot';
import {Problem} from '../model/problem.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {gatherSettings} from '../model/settings/gather.ts';
import type {Settings} from '../model/settings/schema.ts';
import {
  type BackupParts,
  findForeignLine,
  judgeMembers,
  type LeftOut,
  listBackupParts,
  type Member,
  settingsPath,
} from '../stack/index.ts';
import {manifestName, type OpenArchive} from './archive.ts';

const manifestSchema = v.object({
  v: v.literal(1),
  version: v.string(),
  at: v.string(),
  host: v.string(),
  domain: v.string(),
  paths: v.array(v.string()),
});
export type Manifest = Readonly<v.InferOutput<typeof manifestSchema>>;

/** A backup after a look into it. */
export type Inspected = {
  readonly manifest: Manifest;
  readonly parts: BackupParts;
  /** The members that a restore puts into place. */
  readonly taken: readonly Member[];
  readonly leftOut: readonly LeftOut[];
};

/** Reads the manifest, and refuses an archive with members that a backup of its settings does not have. */
export async function inspect({members, read}: OpenArchive): Promise<Inspected> {
  const {success, output: manifest} = v.safeParse(
    v.pipe(v.string(), v.parseJson(), manifestSchema),
    await read(manifestName),
  );
  if (!success) throw notOurs('it has no manifest that this version understands');
  const parts = listBackupParts(readSettings(await read(settingsPath.slice(1))));
  const {taken, leftOut, refused} = judgeMembers(members, parts);
  if (refused) throw notOurs(`${JSON.stringify(refused.name)} in it ${refused.why}`);
  const renewals = taken.map(({name}) => name).filter(name => parts.renewals.includes(`/${name}`));
  const judged = await Promise.all(renewals.map(async name => ({name, line: findForeignLine(await read(name))})));
  const foreign = judged.flatMap(({name, line}) =>
    line === undefined
      ? []
      : [
          {
            name,
            why: `certbot may run commands as root by its line "${line.slice(0, longest)}"; without it, nothing renews the certificate`,
          },
        ],
  );
  const isForeign = ({name}: Member) => foreign.some(each => each.name === name);
  return {manifest, parts, taken: taken.filter(each => !isForeign(each)), leftOut: [...leftOut, ...foreign]};
}

/** Characters of a foreign line that are shown. */
const longest = 100;

/** Says which members a restore leaves out, and how to get them; empty if it takes all. */
export function describeLeftOut(leftOut: readonly LeftOut[], file: string): string {
  if (leftOut.length === 0) return '';
  const lines = leftOut.map(({name, why}) => `  ${JSON.stringify(`/${name}`)}: ${why}`);
  return (
    `\n\nLeft out, because a backup that somebody else made could do harm with them:\n${lines.join('\n')}\n` +
    `If you know what they hold, extract them yourself: age --decrypt ${file} | tar -xz --directory=/ NAME (without the first /)`
  );
}

function readSettings(text: string): Settings {
  return completeSettings(gatherSettings({saved: {name: `${settingsPath} in the backup`, text}}));
}

function notOurs(reason: string): Problem {
  return new Problem({
    code: 'backup-unreadable',
    summary: `The backup is not used: ${reason}.`,
    remedy: 'Use a backup of this program, and at least the version that made it.',
  });
}
