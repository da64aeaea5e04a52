import {expect, test} from 'vitest';
import {noRun} from '../../../../src/model/run.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {type HomeState, initialHome, pressAtHome} from '../../../../src/tui/screens/home/state.ts';

const texts = {checks: ['a'], log: ['b']};
const checked: HomeState = {...initialHome, isChecking: false, run: noRun, ways: ['uninstall']};

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
  ['l', {view: {type: 'log'}}],
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
