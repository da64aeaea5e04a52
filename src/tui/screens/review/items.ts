import type {Place} from '../../../model/place.ts';
import type {Change, Plan, Unknown} from '../../../model/plan.ts';
import type {ProblemReport} from '../../../model/problem.ts';
import {groupByPlace} from '../../../model/words.ts';
import type {Item} from '../../components/list.tsx';

/** A row of the review: the changes of a place below its heading, and whatever else the user should know. */
export type Row =
  | {readonly type: 'heading'; readonly place: Place; readonly count: number}
  | {readonly type: 'change'; readonly change: Change; readonly isInside?: boolean}
  | {readonly type: 'fold'; readonly changes: readonly Change[]}
  | {readonly type: 'problem' | 'warning'; readonly problem: ProblemReport}
  | {readonly type: 'unknown'; readonly unknown: Unknown};

/** Lists a plan in rows; problems come first. */
export function listItems(plan: Plan): readonly Item<Row>[] {
  return [
    ...plan.problems.map(problem => itemOf({type: 'problem', problem})),
    ...plan.warnings.map(problem => itemOf({type: 'warning', problem})),
    ...[...groupByPlace(plan.changes)].flatMap(([place, changes]) => itemsOf(place, changes)),
    ...plan.unknown.map(unknown => itemOf({type: 'unknown', unknown})),
  ];
}

const minorKinds = ['directory', 'link'];

/** Lists the changes of a place; several minor ones are folded into one row. */
function itemsOf(place: Place, changes: readonly Change[]): readonly Item<Row>[] {
  const minor = changes.filter(({kind}) => minorKinds.includes(kind));
  const isFolded = minor.length > 1;
  const shown = isFolded ? changes.filter(change => !minor.includes(change)) : changes;
  const inside = minor.map(change => itemOf({type: 'change', change, isInside: true}));
  return [
    {key: place, row: {type: 'heading', place, count: changes.length}, isHeading: true},
    ...shown.map(change => itemOf({type: 'change', change})),
    ...(isFolded ? [{key: `minor changes of ${place}`, row: {type: 'fold', changes: minor}, inside} as const] : []),
  ];
}

function itemOf(row: Exclude<Row, {type: 'heading' | 'fold'}>): Item<Row> {
  if (row.type === 'change') return {key: row.change.id, row};
  if (row.type === 'unknown') return {key: row.unknown.id, row};
  return {key: `${row.type} ${row.problem.code} ${row.problem.summary}`, row};
}
