import * as v from 'valibot';
import {fingerprint} from '../engine/plan.ts';
import type {Change, Plan} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {version} from '../model/program.ts';
import {countOf} from '../model/words.ts';
import {readNamed} from './named-file.ts';

const keptPlan = v.object({
  v: v.literal(1),
  version: v.string(),
  at: v.string(),
  /** The text of the settings file. */
  settings: v.string(),
  takeOver: v.array(v.string()),
  digest: v.string(),
  changes: v.array(v.object({id: v.string(), title: v.string(), fingerprint: v.string()})),
});

/** A plan in a file, to be approved elsewhere and applied later. It names changes and holds no text of a file, so no secret. */
export type KeptPlan = Readonly<v.InferOutput<typeof keptPlan>>;

/** Writes down a plan for a file; throws a Problem if the plan cannot be applied as it is. */
export function writeKeptPlan(
  plan: Plan,
  {settings, takeOver}: {readonly settings: string; readonly takeOver: readonly string[]},
): string {
  const {digest, changes, unknown} = plan;
  if (unknown.length > 0) {
    throw new Problem({
      code: 'not-root',
      summary: `The plan was not saved: it is incomplete, because ${countOf(unknown.length, 'thing')} could not be read.`,
      remedy: 'Run it with sudo.',
    });
  }
  const kept: KeptPlan = {
    v: 1,
    version,
    at: new Date().toISOString(),
    settings,
    takeOver: [...takeOver],
    digest,
    changes: changes.flatMap(nameChange),
  };
  return JSON.stringify(kept, undefined, 2);
}

/** Reads a plan from a file; throws Problem bad-usage. */
export async function readKeptPlan(path: string): Promise<KeptPlan> {
  const text = await readNamed(path);
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), keptPlan), text);
  if (success) return output;
  throw new Problem({
    code: 'bad-usage',
    summary: `${path} is no plan that this version can read.`,
    remedy: 'Save one with `jitsi-onebox plan --save FILE`.',
  });
}

/** Throws Problem plan-changed, which names every difference, unless the plan is still the one in the file. */
export function demandSame(kept: KeptPlan, plan: Plan): void {
  if (kept.digest === plan.digest) return;
  const [then, now] = [kept.changes, plan.changes.flatMap(nameChange)];
  const added = now.filter(({id}) => !then.some(each => each.id === id));
  const gone = then.filter(({id}) => !now.some(each => each.id === id));
  const different = now.filter(change =>
    then.some(({id, fingerprint}) => id === change.id && fingerprint !== change.fingerprint),
  );
  throw new Problem({
    code: 'plan-changed',
    summary: [
      `The plan of ${kept.at} no longer fits this host, so nothing was done.`,
      ...name('New', added),
      ...name('No longer needed', gone),
      ...name('Different', different),
    ].join('\n'),
    remedy: 'Look at `jitsi-onebox plan` again, save the new plan into a new file, and apply that.',
  });
}

type NamedChange = KeptPlan['changes'][number];

function nameChange(change: Change): NamedChange[] {
  const {id, title} = change;
  return fingerprint([change]).map(hash => ({id, title, fingerprint: hash}));
}

function name(word: string, changes: readonly NamedChange[]): readonly string[] {
  return changes.map(({id, title}) => `  ${word}: ${title} (${id})`);
}
