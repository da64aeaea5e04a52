import {describe, expect, test} from 'vitest';
import type {PageReport, Seen, TrialBody, TrialEvent, TrialResult} from '../../src/model/trial.ts';
import {advanceTrial, isProven, noTrial} from '../../src/model/trial.ts';
import {routeTrial} from '../../src/runs/trial/routes.ts';
import {locateVisitor, type OpenTrial, runTrial} from '../../src/runs/trial/run.ts';
import {openSession, type TrialSession} from '../../src/runs/trial/session.ts';

const phone = '198.51.100.7';
const subjects = ['80/tcp', '3478/udp'].map(id => ({id, purpose: 'a purpose', remedy: `Forward ${id}.`}));
const locate = locateVisitor('198.51.100.10');

function start(): {session: TrialSession; bodies: TrialBody[]} {
  const bodies: TrialBody[] = [];
  const session = openSession({
    subjects,
    arePorts: true,
    locate,
    emit: body => bodies.push(body),
    judge: ({subject, result, at}) => ({summary: `${subject.id} ${result}${at === undefined ? '' : ` at ${at}`}`}),
    conclude: results => ({states: {}, verdict: [...results.values()].join()}),
  });
  return {session, bodies};
}

const results = (bodies: readonly TrialBody[]) =>
  bodies.flatMap(body => (body.type === 'trial-result' ? [[body.subject, body.result, body.seen]] : []));

/** What a session is told, one after the other. */
type Act = (session: TrialSession) => void;
const id = '3478/udp';
const [visit, arrive]: readonly Act[] = [session => session.visit(phone), session => session.arrive(id, phone)];
const hear =
  (said: PageReport, from = phone): Act =>
  session =>
    session.hear(id, said, from);
const prove =
  (reached = id, from = phone): Act =>
  session =>
    session.prove(id, from, reached);
const scanner: Act = session => session.arrive(id, '198.51.100.99');

describe('a session', () => {
  test.each<[string, readonly (Act | undefined)[], readonly [TrialResult, Seen]]>([
    ['a proof', [prove()], ['open', 'outside']],
    ['a proof at another port', [prove('80/tcp')], ['elsewhere', 'outside']],
    ['a good result of the page, and something arrived', [visit, arrive, hear('open')], ['open', 'outside']],
    ['good results of the page, and nothing arrived', [hear('open'), hear('open')], ['elsewhere', 'outside']],
    ['a bad result, and nothing arrived', [hear('closed')], ['closed', 'outside']],
    ['a bad result, and something arrived', [visit, arrive, hear('closed')], ['one-way', 'outside']],
    ['a bad result, and a stranger arrived', [visit, scanner, hear('closed')], ['closed', 'outside']],
    ['a browser that sends no UDP', [visit, hear('unsent'), hear('unsent')], ['unsent', 'outside']],
    ['a browser that sends no UDP after one that does', [prove(), hear('unsent')], ['open', 'outside']],
    ['a browser that sends UDP after one that does not', [hear('unsent'), prove()], ['open', 'outside']],
    ['a visitor in the same network', [prove(id, '192.168.1.20')], ['open', 'inside']],
    ['the router’s own address', [prove(id, '198.51.100.10')], ['open', 'inside']],
    [
      'a bad result from outside after a good one inside',
      [prove(id, '10.0.0.2'), hear('closed')],
      ['closed', 'outside'],
    ],
    ['a visitor inside after one outside', [prove(), hear('open', '10.0.0.2')], ['open', 'outside']],
    ['a late bad result', [prove(), hear('closed')], ['open', 'outside']],
    [
      'another port before the page says it works',
      [prove('80/tcp'), hear('open'), hear('open')],
      ['elsewhere', 'outside'],
    ],
    ['another port after the page says it works', [scanner, hear('open'), prove('80/tcp')], ['elsewhere', 'outside']],
    ['another port, and then a corrected forward', [prove('80/tcp'), visit, arrive, hear('open')], ['open', 'outside']],
  ])('%s', (_name, acts, [result, seen]) => {
    const {session, bodies} = start();
    for (const act of acts) act?.(session);
    expect(results(bodies).at(-1)).toEqual([id, result, seen]);
  });

  test('reports a change once, and what became good later', () => {
    const {session, bodies} = start();
    session.hear('80/tcp', 'closed', phone);
    session.hear('80/tcp', 'closed', phone);
    session.arrive('80/tcp', phone);
    session.hear('80/tcp', 'open', phone);
    session.hear('80/tcp', 'open', phone);
    expect(results(bodies)).toEqual([
      ['80/tcp', 'closed', 'outside'],
      ['80/tcp', 'open', 'outside'],
    ]);
    expect(session.isComplete()).toBe(false);
    session.prove('3478/udp', '10.1.1.1');
    expect(session.isComplete()).toBe(false);
    session.prove('3478/udp', phone);
    expect(session.isComplete()).toBe(true);
    session.hear('9/tcp', 'open', phone);
    expect(results(bodies)).toHaveLength(4);
  });
});

const interfaces = [
  {name: 'lo', addresses: ['127.0.0.1', '::1']},
  {name: 'eth0', addresses: ['192.168.1.20', '2a02:810d:1:2::20', 'fe80::1']},
];

test.each([
  ['2a02:810d:1:3::7', 'outside'],
  ['2001:4860:4860::8888', 'outside'],
  ['2a02:810d:1:2:aaaa::7', 'inside'],
  ['2A02:810D:0001:0002::20', 'inside'],
  ['fe80::7', 'inside'],
  ['fd00::7', 'inside'],
  ['::1', 'inside'],
  ['::ffff:192.168.1.7', 'inside'],
  [phone, 'outside'],
  ['192.168.1.7', 'inside'],
  ['198.51.100.10', 'inside'],
  ['no address', 'inside'],
])('a visitor at %s is %s', (address, seen) => {
  expect(locateVisitor('198.51.100.10', interfaces)(address)).toBe(seen);
});

test('over IPv6, nobody is outside of networks that are not known', () => {
  expect(locate('2a02:810d:1:3::7')).toBe('inside');
  expect(locateVisitor('198.51.100.10', [])('2a02:810d:1:3::7')).toBe('outside');
});

describe('the paths of the page', () => {
  const ids = subjects.map(({id}) => id);
  const page = {body: 'page', headers: {}};
  const ask = (session: TrialSession, method: string, path: string, reached = '80/tcp') =>
    routeTrial({session, ids, page, reached})({method, path, from: phone});

  test('the page, a try and a result are answered, and nothing else', async () => {
    const {session, bodies} = start();
    expect(await ask(session, 'GET', '')).toMatchObject({status: 200, body: 'page'});
    expect(await ask(session, 'GET', '/try/80-tcp')).toEqual({status: 204});
    expect(await ask(session, 'POST', '/said/80-tcp/open')).toMatchObject({
      status: 200,
      body: expect.stringContaining('open'),
    });
    const strange = [
      '/try',
      '/try/81-tcp',
      '/try/80-tcp/x',
      '/said/80-tcp/maybe',
      '/said/80-tcp/one-way',
      '/said/80-tcp/open/x',
      '/../etc/passwd',
    ];
    for (const path of strange)
      for (const method of ['GET', 'POST']) expect(await ask(session, method, path)).toBeUndefined();
    expect(await ask(session, 'DELETE', '')).toBeUndefined();
    expect(bodies.map(({type}) => type)).toEqual(['trial-visitor', 'trial-packet', 'trial-result']);
  });

  test('a try for another port shows where the forward ends', async () => {
    const {session, bodies} = start();
    await ask(session, 'GET', '/try/80-tcp', '443/tcp');
    expect(results(bodies)).toEqual([['80/tcp', 'elsewhere', 'outside']]);
  });
});

describe('a trial', () => {
  const times = {whole: 400, quiet: 100, grace: 0};
  const open = async (emit: (body: TrialBody) => void, act: (session: TrialSession) => void) => {
    const closed: boolean[] = [];
    const session = openSession({
      subjects,
      locate,
      emit,
      judge: ({result}) => ({summary: result}),
      conclude: () => ({states: {}, verdict: ''}),
    });
    setTimeout(() => act(session), 20);
    const quiet = {summary: 'Nobody came.', remedy: 'Forward it.'};
    const trial: OpenTrial = {
      links: ['http://x/'],
      subjects,
      untried: [],
      session,
      quiet,
      close: async () => void closed.push(true),
    };
    return {trial, closed};
  };
  const follow = async (act: (session: TrialSession) => void, leaving = new AbortController().signal) => {
    const events: TrialEvent[] = [];
    let closed: readonly boolean[] = [];
    const opening = async (emit: (body: TrialBody) => void) => {
      const opened = await open(emit, act);
      closed = opened.closed;
      return opened.trial;
    };
    for await (const event of runTrial(opening, leaving, times)) events.push(event);
    return {view: events.reduce(advanceTrial, noTrial), closed};
  };

  test('ends when everything is proven', async () => {
    const {view, closed} = await follow(session => {
      session.visit(phone);
      for (const {id} of subjects) session.prove(id, phone);
    });
    expect(view.ended?.reason).toBe('complete');
    expect(view.subjects.every(isProven)).toBe(true);
    expect(closed).toEqual([true]);
  });

  test('says after a while that nobody came, and ends when its time is over', async () => {
    const {view, closed} = await follow(() => undefined);
    expect(view).toMatchObject({quiet: {summary: 'Nobody came.'}, ended: {reason: 'time'}});
    expect(closed).toEqual([true]);
  });

  test('ends when the user leaves', async () => {
    const {view} = await follow(session => session.hear('80/tcp', 'closed', phone), AbortSignal.timeout(150));
    expect(view.ended?.reason).toBe('stopped');
    expect(view.subjects[0]).toMatchObject({state: 'closed', seen: 'outside'});
  });
});
