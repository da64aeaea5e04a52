import {appendFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {step} from '../command.ts';
import {liftFaults} from '../faults.ts';
import {cache} from '../places.ts';
import type {Lab} from '../state.ts';
import {beforePath, directory} from './killer.ts';
import {installing, type Ordeal, prepareUndoing, prepareVictim} from './ordeals.ts';
import {describe, type Score, torture, tortureOnce} from './torture.ts';

/**
 * Tortures an installation, or with `--undo` the undo of one. With `--quick` it is one that is killed in the middle of each change and
 * after it, in turn, and with `--before` also before it, where most is as after the change before. Else there is another guest for each
 * moment, from one number to another. The last line says how many kills hit: `N of N`.
 */
export async function tortureGuest(lab: Lab, args: string[]): Promise<void> {
  const {
    quick,
    before,
    undo,
    from = '1',
    to,
  } = parseArgs({
    args,
    options: {
      quick: {type: 'boolean'},
      before: {type: 'boolean'},
      undo: {type: 'boolean'},
      from: {type: 'string'},
      to: {type: 'string'},
    },
  }).values;
  await liftFaults(lab);
  const ordeal = undo ? await prepareUndoing(lab) : installing;
  if (!quick) {
    const range = {from: Number(from), to: Number(to ?? Number.MAX_SAFE_INTEGER)};
    return conclude(await killOneByOne(lab, ordeal, range), 1);
  }
  const victim = await prepareVictim(lab, ordeal);
  if (before) await victim.shell(`mkdir -p ${directory} && touch ${beforePath}`);
  conclude(await step('torture', () => torture(victim)), ordeal.fewest);
}

/** Each result goes to a file as well, which outlives the lab: a long series may be cut short, or spread. */
async function killOneByOne(lab: Lab, ordeal: Ordeal, {from, to}: {from: number; to: number}): Promise<Score> {
  const results = `${cache}/torture-${ordeal.name}-${lab.suite}.jsonl`;
  let [hits, kills] = [0, 0];
  for (let number = from; number <= to; number++) {
    const result = await tortureOnce(await prepareVictim(lab, ordeal), number);
    if (!result) break;
    kills++;
    if (result.fault === undefined) hits++;
    console.log(describe(number, result.kill, result.fault));
    await appendFile(results, `${JSON.stringify({number, ...result})}\n`);
  }
  console.log(`Results are kept in ${results}`);
  return {hits, kills};
}

function conclude({hits, kills}: Score, least: number): void {
  console.log(`${hits} of ${kills}`);
  if (hits < kills || kills < least) throw new Error(`There have to be at least ${least} kills, each a hit.`);
}
