import {expect, test} from 'vitest';
import {advanceTrial, noTrial, type TrialBody} from '../../../../src/model/trial.ts';
import {drawCode} from '../../../../src/tui/components/qr-code.tsx';
import {readStrokes} from '../../../../src/tui/keyboard.ts';
import {startTrial, TrialScreen, trialScreen} from '../../../../src/tui/screens/trial/trial.tsx';
import {WaitView} from '../../../../src/tui/screens/wait.tsx';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large, small, stopClock} from '../../draw.tsx';

stopClock();

const at = '2026-11-22T08:30:00.000Z';
const link = 'http://198.51.100.10/AbCdEfGhIjKlMnOpQrStUv';
const ids = ['80/tcp', '443/tcp', '3478/udp', '10000/udp'];
const remedy = 'Forward it in the router to 192.168.77.10. If that is so already, another network may help.';
const subjects = ids.map(id => ({id, purpose: 'audio and video', remedy}));
const opened: TrialBody = {
  type: 'trial-opened',
  links: [link],
  subjects,
  untried: [{id: '80/tcp', reason: 'apache2 uses it already'}],
  seconds: 600,
};
const visitor: TrialBody = {type: 'trial-visitor', from: '198.51.100.1', seen: 'outside'};
const closed: readonly TrialBody[] = ids.map(subject => ({
  ...{type: 'trial-result', subject, result: 'closed', from: '198.51.100.1', seen: 'outside'},
  summary: `Nothing that is sent to ${subject} arrives.`,
  remedy,
}));
const quiet: TrialBody = {type: 'trial-quiet', summary: 'Nobody has opened the page for a minute.', remedy};
const stateAfter = (...bodies: readonly TrialBody[]) => ({
  ...startTrial,
  view: bodies.reduce((view, body) => advanceTrial(view, {v: 1, at, ...body}), noTrial),
});
const states = {
  start: startTrial,
  opened: stateAfter(opened),
  quiet: stateAfter(opened, quiet),
  closed: stateAfter(opened, visitor, ...closed),
};

test.each(Object.entries(states).flatMap(([name, state]) => [large, small].map(size => [name, size, state] as const)))(
  '%s fits %o',
  (_name, size, state) => {
    const lines = frameOf(<TrialScreen store={createStore(state)} size={size} />, size).split('\n');
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
  },
);

test('the code is there where there is room for it, and the link everywhere', () => {
  const show = (size: typeof large) => frameOf(<TrialScreen store={createStore(states.opened)} size={size} />, size);
  expect(show(large)).toContain('█');
  expect(show(small)).not.toContain('█');
  for (const size of [large, small]) expect(show(size).replaceAll(/\s/g, '')).toContain(link.slice(0, 30));
});

test('a small screen has what fails, and what to do, before all else', () => {
  const [first, ...rest] = ids.map(
    (subject, index): TrialBody => ({
      ...{type: 'trial-result', subject, from: '198.51.100.1', seen: 'outside'},
      ...(index === 0
        ? {result: 'closed', summary: `Nothing that is sent to ${subject} arrives.`, remedy}
        : {result: 'open', summary: `${subject} works: seen from outside.`}),
    }),
  );
  const show = (...bodies: readonly (TrialBody | undefined)[]) => {
    const state = stateAfter(opened, ...bodies.filter(body => body !== undefined));
    return frameOf(<TrialScreen store={createStore(state)} size={small} />, small);
  };
  expect(show()).toMatch(/Open this page on a phone with mobile\s+data \(Wi-Fi off\):/);
  const frame = show(visitor, first, ...rest);
  expect(frame).toContain('443/tcp, 3478/udp, 10000/udp');
  expect(frame.replaceAll(/\s+/g, ' ')).toContain(`Nothing that is sent to 80/tcp arrives. ${remedy}`);
});

test('without half blocks, a dot of the code is two columns of colour', () => {
  const blocks = drawCode(link, {hasBlocks: true, ecc: 'L'});
  const spaces = drawCode(link, {hasBlocks: false, ecc: 'L'});
  expect(spaces.columns).toBe(blocks.columns * 2);
  expect(spaces.rows).toHaveLength(blocks.columns);
  expect(spaces.rows.flat().every(({text}) => /^(?: {2})+$/.test(text))).toBe(true);
});

test('the key q ends the trial, whose view is the outcome', async () => {
  const left = Promise.withResolvers<void>();
  async function* events() {
    yield {v: 1, at, ...opened} as const;
    await left.promise;
    yield {v: 1, at, type: 'trial-ended', reason: 'stopped', summary: 'You ended the trial.'} as const;
  }
  const screen = trialScreen(events(), left.resolve);
  for (const stroke of readStrokes('q', {})) screen.press(stroke, large);
  expect((await screen.outcome).ended?.reason).toBe('stopped');
});

test.each([large, small])('the wait for the DNS fits %o', size => {
  const texts = [
    'meet.example.org has no DNS entry yet: let it resolve to 198.51.100.1 (asked at cloudflare-dns.com).',
  ];
  const frame = frameOf(<WaitView store={createStore({texts, next: 12, left: 500})} size={size} />, size);
  const lines = frame.split('\n');
  expect(lines.length).toBeLessThanOrEqual(size.rows);
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(size.columns);
});
