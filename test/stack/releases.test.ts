import {expect, test} from 'vitest';
import {settingTable} from '../../src/model/settings/schema.ts';
import {drawStack} from '../../src/stack/index.ts';
import {readReleases} from '../../src/stack/releases.ts';
import {RECIPES} from '../lab/images/recipes.ts';
import {makeInput} from './input.ts';

const meeting = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\n';
const {assets} = makeInput();
const newest = settingTable['images.tag'].default;

/** Returns the codes and summaries of what a plan says to a tag. */
function look(tag: string) {
  const {problems, warnings} = drawStack(makeInput({settings: `${meeting}images: {tag: ${tag}}\n`}));
  const isOurs = ({code}: {code: string}) => code.startsWith('release-');
  return {problems: problems.filter(isOurs), warnings: warnings.filter(isOurs)};
}

test('the default is the newest release that is known, and the lab has its images', () => {
  const [first] = readReleases(assets).known;
  expect(first?.tag).toBe(newest);
  const jitsi = RECIPES.filter(({repository}) => repository.startsWith('ghcr.io/jitsi/'));
  for (const {tags} of jitsi) expect(tags[0]).toBe(newest);
});

test('the list has dates, newest first, and ends with the oldest release', () => {
  const {known, oldest} = readReleases(assets);
  const dates = known.map(({since}) => since);
  for (const date of dates) expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(dates).toEqual(dates.toSorted().toReversed());
  expect(known.at(-1)?.tag).toBe(oldest);
});

test.each(readReleases(assets).known)('$tag is used without a word', ({tag}) => {
  expect(look(tag)).toEqual({problems: [], warnings: []});
});

test.each([
  ['stable-11249', 'is newer than'],
  [`${newest}-1`, 'is newer than'],
  ['stable-11200', 'is none of'],
  ['unstable', 'is none of'],
  ['own-build', 'is none of'],
])('%s is used with a warning: it %s the known releases', (tag, words) => {
  const {problems, warnings} = look(tag);
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    expect.objectContaining({code: 'release-unknown', summary: expect.stringContaining(words)}),
  ]);
});

test.each(['stable-11031', 'stable-8719', 'stable-10008-3'])('%s is refused: it is run in another way', tag => {
  const {problems, warnings} = look(tag);
  expect(warnings).toEqual([]);
  expect(problems).toEqual([
    expect.objectContaining({code: 'release-too-old', remedy: expect.stringContaining(newest)}),
  ]);
});
