import type {CheckState} from './check.ts';
import {type Place, places} from './place.ts';
import {hasEnded, type Run, type StepView} from './run.ts';

/** One box of the map: `detail` is its port or its address on this host. */
export type MapBox = {readonly place: Place; readonly name: string; readonly detail?: string};

/** A link from one box to another, with the name or the port that is used for it. */
export type MapLink = {readonly from: Place; readonly to: Place; readonly label?: string};

/** The boxes of one host and their links: the guide's diagram as data. */
export type MapData = {readonly boxes: readonly MapBox[]; readonly links: readonly MapLink[]};

/** The state of a box: not there yet, being changed, set up but not verified, or the result of its checks. */
export type MapState = 'planned' | 'running' | 'set-up' | CheckState;

/** The states of the boxes; a box without a state is only named. */
export type MapStates = Readonly<Partial<Record<Place, MapState>>>;

/** The states' names in the legend. */
export const mapWords: Readonly<Record<MapState, string>> = {
  planned: 'planned',
  running: 'at work',
  'set-up': 'set up',
  ok: 'verified',
  warning: 'warning',
  starting: 'starting',
  failed: 'failed',
  unknown: 'not known',
};

/** Returns the states before a run: boxes with changes are not there yet. Boxes that are not ours have no state. */
export function planStates({boxes}: MapData, changed: Iterable<Place> = places): MapStates {
  const planned = new Set(changed);
  const ours = boxes.filter(({place}) => isOurs(place));
  return Object.fromEntries(ours.map(({place}) => [place, planned.has(place) ? 'planned' : 'set-up']));
}

/** Returns the states during a run: a box lights up when its steps end and its checks pass. */
export function runStates({boxes}: MapData, run: Run): MapStates {
  const states = boxes.map(({place}) => [place, runStateOf(run, place)] as const);
  return Object.fromEntries(states.filter(([, state]) => state !== undefined));
}

function isOurs(place: Place): boolean {
  return place !== 'internet' && place !== 'router';
}

function runStateOf({steps, checks, outcome}: Run, place: Place): MapState | undefined {
  const proof = worstOf([...checks.values()].filter(check => check.place === place).map(({state}) => state));
  if (!isOurs(place)) return proof;
  const own = [...steps.values()].filter(step => step.place === place);
  if (own.length > 0) return worstOf([workOf(own), proof]);
  const isPlanned = steps.size === 0 && outcome === undefined;
  return proof ?? (isPlanned ? 'planned' : 'set-up');
}

function workOf(steps: readonly StepView[]): MapState {
  const states = steps.map(({state}) => state);
  if (states.some(state => state === 'failed' || state === 'skipped' || state === 'stopped')) return 'failed';
  if (states.includes('running')) return 'running';
  if (!states.every(hasEnded)) return 'planned';
  return states.includes('warned') ? 'warning' : 'set-up';
}

/** Each state hides those after it. */
const order: readonly (MapState | undefined)[] = [
  ...(['failed', 'running', 'unknown', 'starting'] as const),
  ...(['warning', 'planned', 'ok', 'set-up'] as const),
];

function worstOf(states: readonly (MapState | undefined)[]): MapState | undefined {
  return order.find(state => states.includes(state));
}

/** A box with the boxes that it is linked to, as text. */
export type MapEntry = MapBox & {readonly leadsTo: string};

/** Lists the boxes in the order in which a participant's packets pass them. */
export function listMap({boxes, links}: MapData): readonly MapEntry[] {
  const nameOf = (place: Place) => boxes.find(box => box.place === place)?.name ?? place;
  return boxes.map(box => ({
    ...box,
    leadsTo: links
      .filter(({from}) => from === box.place)
      .map(({to, label}) => (label === undefined ? nameOf(to) : `${nameOf(to)} (${label})`))
      .join(', '),
  }));
}
