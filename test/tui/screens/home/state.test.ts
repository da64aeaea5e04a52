import {expect, test} from 'vitest';
import type {Load} from '../../../../src/model/load.ts';
import {noRun} from '../../../../src/model/run.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {addLoad, type HomeState, initialHome, pressAtHome} from '../../../../src/tui/screens/home/state.ts';
import {loads} from '../../samples.ts';

const texts = {checks: ['a'], log: ['b'], keys: ['c'], hidden: 3};
const checked: HomeState = {...initialHome, isChecking: false, run: noRun, ways: ['uninstall', 'logs']};

function press(state: HomeState, keys: string): HomeState {
  return readStrokes(keys, {}).reduce((now, stroke) => pressAtHome(now, stroke, texts, {columns: 78, rows: 20}), state);
}

test.each([
  ['c', {purpose: 'change'}],
  ['q', {purpose: 'quit'}],
  ['x', {purpose: 'uninstall'}],
  // Where nothing was done there is nothing to undo.
  ['u', {view: {type: 'overview'}}],
  ['\x03', {purpose: 'quit'}],
  ['d', {view: {type: 'checks'}}],
  ['l', {purpose: 'logs'}],
  ['o', {view: {type: 'log'}}],
  ['?', {view: {type: 'keys'}}],
  // There is no server with accounts.
  ['p', {view: {type: 'overview'}}],
  ['m', {view: {type: 'map'}}],
  ['mm', {view: {type: 'overview'}}],
  ['dq', {view: {type: 'overview'}}],
  ['r', {isChecking: true}],
  // In the list of checks too, but not while a search is typed.
  ['dr', {isChecking: true, view: {type: 'checks'}}],
  ['d/r', {isChecking: false}],
])('at home %j', (keys, expected) => {
  expect(press(checked, keys)).toMatchObject(expected);
});

test('the dashboard scrolls by arrows, as far as there is something out of view', () => {
  const arrow = (state: HomeState, name: 'up' | 'down') =>
    pressAtHome(state, {type: 'key', name}, texts, {columns: 78, rows: 20});
  const lowest = ['down', 'down', 'down', 'down', 'down'].reduce(state => arrow(state, 'down'), checked);
  expect([lowest.top, arrow(lowest, 'up').top]).toEqual([3, 2]);
});

test('the newest measurements are kept', () => {
  const load: Load = {...(loads[0] as Load)};
  const many = Array.from({length: 30}, (_, processor) => ({...load, processor}));
  const state = many.reduce(addLoad, checked);
  expect([state.loads.length, state.loads.at(-1)?.processor]).toEqual([24, 29]);
});
