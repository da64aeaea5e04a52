import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import type {CheckResult, CheckState} from '../../../src/model/check.ts';
import {confirm, describeChanges, findChanged, judgeRound, remember} from '../../../src/stack/watching/compare.ts';
import type {Watched} from '../../../src/stack/watching/record.ts';

const at = '2026-11-29T16:00:00.000Z';
const since = '2026-11-29T15:00:00.000Z';
const codes = ['service-docker', 'container-web', 'xmpp-websocket', 'xmpp-login', 'udp-buffers'] as const;

/** A state, or the failed check because of which a check was not tried. */
type States = Partial<Record<CheckCode, CheckState | {readonly cause: CheckCode}>>;

const because = (cause: CheckCode) => ({cause});
const findingOf = (state: States[CheckCode] = 'ok') =>
  typeof state === 'object' ? ({state: 'unknown', ...state} as const) : {state};

const judge = (states: States) =>
  judgeRound(
    codes.map(
      (code): CheckResult => ({
        code,
        place: 'host',
        ms: 1,
        ...findingOf(states[code]),
        summary: `${code} said.`,
        remedy: 'Do it.',
      }),
    ),
  );
const knowing = (states: Partial<Record<CheckCode, 'ok' | 'warning' | 'failed'>>): Watched => ({
  v: 1,
  at: since,
  checks: Object.fromEntries(codes.map(code => [code, {state: states[code] ?? 'ok', since}])),
});

describe('a round', () => {
  test.each<[string, Watched | undefined, States, readonly string[]]>([
    [
      'that is the first reports failures, and takes warnings as known',
      undefined,
      {'container-web': 'failed', 'udp-buffers': 'warning'},
      ['container-web'],
    ],
    ['without a change reports nothing', knowing({'udp-buffers': 'warning'}), {'udp-buffers': 'warning'}, []],
    ['reports a new failure', knowing({}), {'container-web': 'unknown'}, ['container-web']],
    ['reports a new warning', knowing({}), {'udp-buffers': 'warning'}, ['udp-buffers']],
    ['reports what passes again', knowing({'container-web': 'failed'}), {}, ['container-web']],
    [
      'reports a failure that has become a warning',
      knowing({'udp-buffers': 'failed'}),
      {'udp-buffers': 'warning'},
      ['udp-buffers'],
    ],
    ['says nothing about what is starting', knowing({}), {'container-web': 'starting'}, []],
    [
      'reports one cause once',
      knowing({}),
      {'service-docker': 'failed', 'container-web': because('service-docker'), 'xmpp-login': because('service-docker')},
      ['service-docker'],
    ],
    [
      'reports no recovery of what cannot be seen',
      knowing({'xmpp-login': 'failed'}),
      {'xmpp-websocket': 'failed', 'xmpp-login': because('xmpp-websocket')},
      ['xmpp-websocket'],
    ],
  ])('%s', (_title, known, states, changed) => {
    expect(findChanged(known, judge(states))).toEqual(changed);
  });

  test('reports only what a second look confirms', () => {
    const [first, second] = [
      judge({'container-web': 'failed', 'udp-buffers': 'warning'}),
      judge({'udp-buffers': 'warning'}),
    ];
    const changed = findChanged(knowing({}), first);
    expect(confirm(changed, first, second)).toEqual(['udp-buffers']);
    expect(remember(knowing({}), second, {confirmed: ['udp-buffers'], at})).toMatchObject({
      'container-web': {state: 'ok', since},
      'udp-buffers': {state: 'warning', since: at},
    });
  });

  test('reports a failure of the first look again that the second one did not see', () => {
    const known = {
      v: 1,
      at: since,
      checks: remember(undefined, judge({'container-web': 'failed'}), {confirmed: [], at}),
    } as const;
    expect(findChanged(known, judge({'container-web': 'failed'}))).toEqual(['container-web']);
  });

  test('names the remedy, what else does not work, and since when', () => {
    const cause = because('container-web');
    const failed = judge({'container-web': 'failed', 'xmpp-websocket': cause, 'xmpp-login': cause});
    expect(describeChanges(['container-web'], failed, {known: undefined, at})).toEqual([
      {
        at,
        code: 'container-web',
        title: 'Web container',
        kind: 'failed',
        text: 'container-web said.\nNot working because of it: Websocket for signalling, Guest login.',
        remedy: 'Do it.',
      },
    ]);
    const known = knowing({'container-web': 'failed'});
    expect(describeChanges(['container-web'], judge({}), {known, at})).toMatchObject([
      {kind: 'recovered', text: 'container-web said. This check had not passed since 2026-11-29 15:00 UTC.'},
    ]);
  });
});

/** Plays a round without a second look; returns what is known after it. */
function playRound(round: States, known: Watched, reported: Map<string, string>): Watched {
  const verdicts = judge(round);
  const confirmed = findChanged(known, verdicts);
  for (const {code = '', kind} of describeChanges(confirmed, verdicts, {known, at})) {
    const state = kind === 'recovered' ? 'ok' : kind;
    expect(reported.get(code) ?? 'ok').not.toBe(state);
    reported.set(code, state);
  }
  const next = {v: 1, at, checks: remember(known, verdicts, {confirmed, at})} as const;
  const judged = [...verdicts].filter(([, {state}]) => state !== undefined);
  expect(judged.map(([code]) => next.checks[code]?.state)).toEqual(judged.map(([, {state}]) => state));
  return next;
}

test('whatever happens, a state is reported exactly when it differs from the last one that was reported', () => {
  const cause = because('service-docker');
  const state = fc.constantFrom<CheckState | typeof cause>('ok', 'warning', 'starting', 'failed', 'unknown', cause);
  const states = fc.record(Object.fromEntries(codes.map(code => [code, state])));
  fc.assert(
    fc.property(fc.array(states, {maxLength: 8}), rounds => {
      const reported = new Map<string, string>();
      let known = knowing({});
      for (const round of rounds) known = playRound(round, known, reported);
    }),
  );
});
