import {expect, test} from 'vitest';
import {Problem} from '../../../../src/model/problem.ts';
import {Secret} from '../../../../src/model/secret.ts';
import type {Screen} from '../../../../src/tui/display.ts';
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

const type = (screen: Screen<void>, keys: string) => {
  for (const stroke of readStrokes(keys, {})) screen.press(stroke, large);
};
const fault = new Problem({code: 'no-account', summary: 'Prosody \x1b[31mrestarts.', remedy: 'Wait.'});
const settle = () => new Promise(resolve => setTimeout(resolve));

test('an account can be added as soon as the names are known, and not before', async () => {
  const asked: string[] = [];
  const list = Promise.withResolvers<readonly string[]>();
  const screen = peopleScreen({list: () => list.promise, change: async ({name}) => `${asked.push(name)}`});
  type(screen, 'acarl\r');
  expect(frameOf(screen.draw(large), large)).toMatch(/one moment[\s\S]*\n\nq back$/);
  list.resolve([]);
  await settle();
  type(screen, 'abert\r');
  await settle();
  expect(asked).toEqual(['bert']);
});

test('names that cannot be read are no empty list', async () => {
  const list = async () => Promise.reject(fault);
  const screen = peopleScreen({list, change: async () => ''});
  await settle();
  const frame = frameOf(screen.draw(large), large);
  expect(frame).toContain('Prosody \\u001b[31mrestarts.');
  expect(frame).not.toMatch(/no accounts yet|one moment/);
  type(screen, 'q');
  await screen.outcome;
});

test('after a failed request the known names stay, and a made password is shown', async () => {
  let isUp = true;
  const screen = peopleScreen({
    list: async () => (isUp ? ['anna'] : Promise.reject(fault)),
    async change() {
      isUp = false;
      return 'The password of bert: abcde';
    },
  });
  await settle();
  type(screen, 'abert\r');
  await settle();
  expect(frameOf(screen.draw(large), large)).toMatch(/anna[\s\S]*The password of bert: abcde Prosody /);
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
  await settle();
  type(screen, 'xy');
  await settle();
  type(screen, 'q');
  await screen.outcome;
  expect(asked).toEqual(['remove anna']);
});
