import {expect, test} from 'vitest';
import type {LogLine} from '../../../../src/model/log-line.ts';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {LogsView, logsScreen} from '../../../../src/tui/screens/logs/logs.tsx';
import {addLines, type LogsState, listLines, pressInLogs, startLogs} from '../../../../src/tui/screens/logs/state.ts';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large, small} from '../../draw.tsx';
import {logged} from '../../samples.ts';

const places = ['nginx', 'prosody', 'jicofo', 'host'] as const;
const state = addLines(startLogs, logged);
const press = (from: LogsState, keys: string, columns = 78) =>
  readStrokes(keys, {}).reduce((now, stroke) => pressInLogs(now, stroke, {places, page: 10, columns}), from);
const show = (shown: LogsState, size = large) => frameOf(<LogsView store={createStore(shown)} size={size} />, size);
const many = (count: number): readonly LogLine[] =>
  Array.from({length: count}, (_, at) => ({at: '2026-11-22T08:29:58.000000000Z', place: 'web', text: `line ${at}`}));

test('the logs of all parts are one list in the order of time, each with its place', () => {
  expect(show(state)).toMatchInlineSnapshot(`
    "jitsi-onebox · Logs

    11-22 08:29:58 prosody     c2s55d3 info Client connected
    11-22 08:29:59 jicofo      Jicofo 2026-11-22 08:29:59 INFO: Created new confe…
    11-22 08:30:00 nginx       Reloaded nginx.service - A high performance web se…
    11-22 08:30:01 host        certbot: No renewals were attempted.

    Esc back   f filter   p pause"
  `);
  expect(show(state, small)).toMatchInlineSnapshot(`
    "jitsi-onebox · Logs

    08:29:58 prosody c2s55d3 info Client …
    08:29:59 jicofo Jicofo 2026-11-22 08:…
    08:30:00 nginx Reloaded nginx.service…
    08:30:01 host certbot: No renewals we…

    Esc back  f filter  p pause"
  `);
});

test('f shows one part after the other, and only parts that logged something', () => {
  const shown = (keys: string) => listLines(press(state, keys), 78).map(line => line.slice(15, 26).trim());
  expect(shown('f')).toEqual(['nginx']);
  expect(shown('ff')).toEqual(['prosody']);
  expect(shown('ffff')).toEqual(['host']);
  expect(shown('fffff')).toEqual(['prosody', 'jicofo', 'nginx', 'host']);
  expect(shown('ffa')).toHaveLength(4);
  expect(show(press(state, 'ff'))).toContain('Logs: Prosody');
});

test('p keeps the lines in view while more arrive, and follows again', () => {
  const paused = press(addLines(startLogs, many(50)), 'p');
  expect(show(paused)).toContain('p follow');
  expect(addLines(paused, many(20)).reader.top).toBe(40);
  // Of those that are dropped, the view does not move either.
  expect(addLines(paused, many(1970)).reader.top).toBe(20);
  expect(press(paused, 'p').reader.top).toBeUndefined();
});

test('a search finds lines; while it is typed, letters are no commands', () => {
  const found = press(addLines(startLogs, many(50)), '/line 7\r');
  expect([found.place, found.reader.top]).toEqual([undefined, 7]);
  expect(press(state, '/fpa').reader.typing).toBeDefined();
});

test('a search finds only drawn text: a narrow screen has no day', () => {
  const isMissing = (columns: number) => press(state, '/11-22 08:30\r', columns).reader.isMissing;
  expect([78, 38].map(isMissing)).toEqual([false, true]);
});

test.each(['q', '\x1b'])('%j leaves, which ends the following', async key => {
  const ended = Promise.withResolvers<void>();
  const screen = logsScreen({
    places,
    async *follow(leaving) {
      yield logged;
      leaving.addEventListener('abort', () => ended.resolve());
      await ended.promise;
    },
    read: async () => logged,
  });
  for (const stroke of readStrokes(key, {})) screen.press(stroke, large);
  await screen.outcome;
  await ended.promise;
});
