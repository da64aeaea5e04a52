import {expect, test} from 'vitest';
import {readSite} from '../../../../src/commands/site-desk.ts';
import type {SiteDesk} from '../../../../src/model/ui.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {SitesView, sitesScreen} from '../../../../src/tui/screens/sites/sites.tsx';
import {pressAtSites, type SitesState, startSites} from '../../../../src/tui/screens/sites/state.ts';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large, small, stopClock} from '../../draw.tsx';

stopClock();

const sites = Array.from({length: 30}, (_, index) => ({
  domain: `a-site-with-a-name-${index}.example.org`,
  text: 'web service, 127.0.0.1:8080, certificate until 2027-02-01, answers (status 200).',
}));
const known: SitesState = {...startSites, sites};
const press = (state: SitesState, keys: string) =>
  readStrokes(keys, {}).reduce((now, stroke) => pressAtSites(now, stroke, {read: readSite, page: 10}), state);
const states: Readonly<Record<string, SitesState>> = {
  starting: startSites,
  empty: {...startSites, sites: []},
  list: press(known, 'jj'),
  adding: press(known, 'awww.example.org 127.0.0.1:8080'),
  refused: press(known, 'awww.example.org 127.0.0.1\r'),
};

test.each(Object.entries(states).flatMap(([name, state]) => [large, small].map(size => [name, size, state] as const)))(
  '%s fits %o',
  (_name, size, state) => {
    const lines = frameOf(<SitesView store={createStore(state)} size={size} />, size).split('\n');
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
  },
);

test('the screen shows the sites, and how the chosen one is', () => {
  const show = (state?: SitesState) => frameOf(<SitesView store={createStore(state ?? known)} size={large} />, large);
  expect(show(states.list)).toMatch(
    /Other sites[\s\S]*name-2\.example\.org[\s\S]*answers \(status\s+200\)[\s\S]*a add {3}x remove/,
  );
  expect(show(states.empty)).toMatch(/no other sites yet/);
  expect(show(states.refused)).toContain('is no host and port');
});

const desk: SiteDesk = {list: async () => sites.slice(0, 1), read: readSite};

test.each<[string, object | undefined]>([
  ['x', {action: 'remove', domain: 'a-site-with-a-name-0.example.org'}],
  ['awww.example.org /srv/www\r', {action: 'add', domain: 'www.example.org', site: {root: '/srv/www'}}],
  [
    'amail.example.org 10.0.0.5:443 passthrough\r',
    {action: 'add', domain: 'mail.example.org', site: {to: '10.0.0.5:443', passthrough: 'true'}},
  ],
  ['awww\r\x03', undefined],
  ['q', undefined],
])('%j leaves with %j', async (keys, outcome) => {
  const screen = sitesScreen(desk);
  await new Promise(resolve => setTimeout(resolve));
  for (const stroke of readStrokes(keys, {})) screen.press(stroke, large);
  expect(await screen.outcome).toEqual(outcome);
});
