import type {CheckState} from './check.ts';
import {type Place, places} from './place.ts';
import type {Run, StepView} from './run.ts';
import {isSettled} from './words.ts';

/** One box of the map: `detail` is its port or its address on this host. */
export type MapBox = {readonly place: Place; readonly name: string; readonly detail?: string};

/** A way from one box to the next, with the name or the port that leads along it. */
export type MapLink = {readonly from: Place; readonly to: Place; readonly label?: string};

/** The boxes of one host and how they hang together: the guide's diagram as data. */
export type MapData = {readonly boxes: readonly MapBox[]; readonly links: readonly MapLink[]};

/** How a box stands: not there yet, at work, set up but not proved, or as its checks found it. */
export type MapState = 'planned' | 'running' | 'set-up' | CheckState;

/** The states of the boxes; a box without one is only named. */
export type MapStates = Readonly<Partial<Record<Place, MapState>>>;

/** What each state is called in the legend. */
export const mapWords: Readonly<Record<MapState, string>> = {
  planned: 'planned',
  running: 'at work',
  'set-up': 'set up',
  ok: 'verified',
  warning: 'warning',
  failed: 'failed',
  unknown: 'not known',
};

/** The map of a plan: what is to be changed is not there yet. What we do not set up ourselves has no state. */
export function planStates({boxes}: MapData, changed: Iterable<Place> = places): MapStates {
  const planned = new Set(changed);
  const ours = boxes.filter(({place}) => isOurs(place));
  return Object.fromEntries(ours.map(({place}) => [place, planned.has(place) ? 'planned' : 'set-up']));
}

/** The map in the middle of a run: a box lights up as its steps end and its checks pass. */
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
  if (!states.every(isSettled)) return 'planned';
  return states.includes('warned') ? 'warning' : 'set-up';
}

/** From the one that hides all others down. */
const order: readonly (MapState | undefined)[] = ['failed', 'running', 'unknown', 'warning', 'planned', 'ok', 'set-up'];

function worstOf(states: readonly (MapState | undefined)[]): MapState | undefined {
  return order.find(state => states.includes(state));
}

/** A box as a line of a list: where it leads to, each with what leads there. */
export type MapEntry = MapBox & {readonly leadsTo: string};

/** The map as a list, in the order in which a participant's packets come by. */
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
