import {beforeEach, expect, test, vi} from 'vitest';
import {type Proof, proveCold, repeat} from './steady.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));

const prove = (...proofs: readonly Omit<Proof, 'said'>[]) => {
  const left = [...proofs];
  return async () => ({exitCode: 1, said: 'this', ...left.shift()});
};
const green = (ms: number) => ({exitCode: 0, call: {state: 'ok', ms}});
const starting = {exitCode: 75, call: {state: 'starting', ms: 1}};

test.each([
  ['every call is quick', [green(1), green(2), green(3)], []],
  ['one call is slow', [green(1), green(2), green(11)], ['doctor: calls longer than 10 ms: 11']],
  ['one proof fails', [green(1), {exitCode: 1}, green(1)], ['doctor is not green: this']],
  ['something is starting', [green(1), starting, green(1)], ['doctor is not green: this']],
])('of a server that nobody touches, %s', async (_what, proofs, faults) => {
  expect(await repeat({title: 'doctor', argv: [], times: 3}, prove(...proofs), 10)).toEqual(faults);
});

const slow = 'the first call takes longer than 10 ms';
const alarm = 'there is a false alarm after a restart: this';

test.each([
  ['starts, and calls', [starting, green(9)], []],
  ['calls while something else is starting', [{...starting, call: {state: 'ok', ms: 9}}], []],
  ['calls slowly at first', [starting, {...starting, call: {state: 'ok', ms: 11}}, green(1)], [slow]],
  ['fails before it calls', [starting, {exitCode: 1, call: {state: 'failed', ms: 1}}, green(1)], [alarm]],
  ['fails while it calls', [{exitCode: 1, call: {state: 'ok', ms: 1}}], [alarm]],
  ['never calls', Array(40).fill(starting), ['there is no call after a restart of Jicofo and the bridge']],
])('a server after a restart %s', async (_what, proofs, faults) => {
  expect(await proveCold(prove(...proofs), 10)).toEqual(faults);
});
