import {expect, test} from 'vitest';
import type {Way} from '../../../../src/model/ui.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {explainKeys, findPurpose, listHints, type Offers} from '../../../../src/tui/screens/home/keys.ts';

const ways: readonly Way[] = ['logs', 'people', 'sites', 'update', 'backup', 'undo', 'uninstall'];
const offers: readonly Offers[] = [{ways: [], hasNoRun: true}, {ways: ['undo']}, {ways}];

test.each(offers)('every key that %j offer has a hint and an explanation', offered => {
  const keysOf = (entries: readonly (readonly [string, string])[]) => entries.map(([key]) => key).toSorted();
  const hinted = keysOf(listHints(offered, {hasMap: false, isCut: false}));
  expect(hinted.filter(key => key !== '?')).toEqual(keysOf(explainKeys(offered)));
});

test.each(offers)('every way of %j has a key, and no other way has one', offered => {
  const purposes = explainKeys({ways}).map(([key]) => readStrokes(key, {}).map(stroke => findPurpose(stroke, offered)));
  expect(
    purposes
      .flat()
      .filter(purpose => purpose !== undefined)
      .toSorted(),
  ).toEqual(['change', 'quit', ...offered.ways].toSorted());
});
