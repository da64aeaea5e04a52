import {expect, test} from 'vitest';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {finishRequest, type PeopleState, pressAtPeople, startPeople} from '../../../../src/tui/screens/people/state.ts';

const known = finishRequest(startPeople, ['anna', 'bert']);

function press(state: PeopleState, keys: string): PeopleState {
  return readStrokes(keys, {}).reduce((now, stroke) => pressAtPeople(now, stroke, 10), state);
}

test.each([
  ['acarl\r', {request: {action: 'add', name: 'carl'}, mode: {type: 'list'}}],
  ['aCarl\r', {mode: {type: 'adding', fault: expect.stringMatching(/^This name has/)}}],
  ['ax\x1b', {mode: {type: 'list'}, isLeaving: false}],
  ['x', {mode: {type: 'removing', name: 'anna'}}],
  ['xn', {mode: {type: 'list'}}],
  ['xy', {request: {action: 'remove', name: 'anna'}}],
  ['jxy', {request: {action: 'remove', name: 'bert'}}],
  ['ny', {request: {action: 'renew', name: 'anna'}}],
  ['q', {isLeaving: true}],
  ['x\x03', {isLeaving: true}],
])('%j', (keys, expected) => {
  expect(press(known, keys)).toMatchObject(expected);
});

test.each(['x', 'xq', 'n', 'a', 'a\r', 'xyx'])('%j asks for nothing that was not confirmed', keys => {
  const {request} = press(known, keys);
  expect(request?.action ?? 'nothing').toBe(keys === 'xyx' ? 'remove' : 'nothing');
});

test('while something is being done, no key asks for more', () => {
  const busy = press(known, 'xy');
  expect(press(busy, 'acarl\r')).toBe(busy);
});

test('after the last name was removed, the cursor is on one that is there', () => {
  const last = press(known, 'j');
  expect(finishRequest(last, ['anna'], 'bert is removed.')).toMatchObject({
    list: {cursor: 0},
    notice: 'bert is removed.',
  });
});
