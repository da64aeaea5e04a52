import {expect, test} from 'vitest';
import {Secret} from '../../../../src/model/secret.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {PeopleView, peopleScreen} from '../../../../src/tui/screens/people/people.tsx';
import {finishRequest, type PeopleState, pressAtPeople, startPeople} from '../../../../src/tui/screens/people/state.ts';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large, small, stopClock} from '../../draw.tsx';

stopClock();

const many = Array.from({length: 40}, (_, index) => `person-with-a-name-${index}`);
const known = finishRequest(startPeople, many, 'The password of anna, shown only this once: abcde-fghij-kmnpq-rstuv');
const press = (state: PeopleState, keys: string) =>
  readStrokes(keys, {}).reduce((now, stroke) => pressAtPeople(now, stroke, 10), state);
const states: Readonly<Record<string, PeopleState>> = {
  starting: startPeople,
  empty: finishRequest(startPeople, []),
  list: known,
  adding: press(known, 'aanna'),
  refused: press(known, 'aAnna\r'),
  removing: press(known, 'x'),
  renewing: press(known, 'n'),
};

test.each(Object.entries(states).flatMap(([name, state]) => [large, small].map(size => [name, size, state] as const)))(
  '%s fits %o',
  (_name, size, state) => {
    const lines = frameOf(<PeopleView store={createStore(state)} size={size} />, size).split('\n');
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
  },
);

test('the screen says what it shows, and a made password once', () => {
  const show = (state: PeopleState) => frameOf(<PeopleView store={createStore(state)} size={large} />, large);
  expect(show(known)).toMatch(
    /People[\s\S]*person-with-a-name-0[\s\S]*abcde-fghij-kmnpq-rstuv[\s\S]*a add {3}n new password/,
  );
  expect(show(press(known, 'aanna'))).not.toContain('abcde');
  expect(show(press(known, 'x'))).toContain('Remove person-with-a-name-0?');
  expect(show(finishRequest(startPeople, []))).toContain('There are no accounts yet.');
});

test('a removal that fails is explained, and the screen stays', async () => {
  const asked: string[] = [];
  const screen = peopleScreen({
    list: async () => ['anna'],
    async change({action, name}) {
      asked.push(`${action} ${name}`);
      throw new Error(`no ${new Secret('hidden')}`);
    },
  });
  const type = (keys: string) => {
    for (const stroke of readStrokes(keys, {})) screen.press(stroke, large);
  };
  await new Promise(resolve => setTimeout(resolve));
  type('xy');
  await new Promise(resolve => setTimeout(resolve));
  type('q');
  await screen.outcome;
  expect(asked).toEqual(['remove anna']);
});
