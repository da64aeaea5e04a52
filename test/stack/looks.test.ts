import {expect, test} from 'vitest';
import {countLooks, summarizeLooks} from '../../src/model/look.ts';
import type {Change} from '../../src/model/plan.ts';
import {describeError, Problem} from '../../src/model/problem.ts';
import {renderLooks} from '../../src/plain/render.ts';
import {drawStack, judgeLooks, listSubjects, warnOfServices, withoutConsequences} from '../../src/stack/index.ts';
import {makeFacts, makeInput} from './input.ts';

function look(input = makeInput()) {
  const {blueprint, facts, accepted, problems, warnings} = drawStack(input);
  const reports = (found: readonly Problem[]) => found.map(describeError);
  const subjects = listSubjects({blueprint, facts, changes: []});
  return judgeLooks(subjects, {problems: reports(problems), warnings: reports(warnings), accepted});
}

test('at least 40 things are looked at before the first change, and a healthy host has no finding', () => {
  const looks = look();
  expect(looks.length).toBeGreaterThan(50);
  expect(countLooks(looks)).toMatchObject({problem: 0, warning: 0, unknown: 0});
  for (const {title, saw} of looks)
    expect([title, saw]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  const titles = looks.map(({title}) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

test('every look has a neutral name of its own, which is shown where nothing is found', () => {
  const looks = look();
  const subjects = looks.map(({subject}) => subject);
  expect(new Set(subjects).size).toBe(subjects.length);
  for (const {subject, title} of looks) {
    expect(subject).not.toBe(title);
    expect(subject).not.toMatch(/\b(wrong|not|no|too|little|only|lost|in use|taken|masked|unsafe|broken)\b/i);
  }
  const [clock] = looks.filter(({code}) => code === 'clock-wrong');
  expect(renderLooks(clock ? [clock] : [])).toMatch(/^ok {7}Clock: right\n/);
  const [memory] = look(makeInput({facts: makeFacts({memory: 1_000_000_000})})).filter(({state}) => state !== 'ok');
  expect(renderLooks(memory ? [memory] : [])).toMatch(/^warning {2}Little memory \(1\.0 GB\)\n/);
});

test('every finding is at its own thing, beside all others', () => {
  const listener = {
    protocol: 'tcp',
    address: '0.0.0.0',
    port: 80,
    process: 'apache2',
    unit: 'apache2.service',
  } as const;
  const facts = makeFacts({listeners: [listener], memory: 1_000_000_000, nat: 'double', arrivals: []});
  const looks = look(makeInput({facts}));
  const findings = looks.filter(({state}) => state !== 'ok').map(({title, state, saw}) => [title, state, saw]);
  expect(findings).toEqual([
    ['A second router in front of yours', 'warning', 'the router is itself behind another one'],
    ['Little memory', 'warning', '1.0 GB'],
    ['Port in use: 80/tcp', 'problem', 'used by apache2'],
  ]);
  expect(summarizeLooks(looks)).toMatch(/^\d+ things looked at, 3 findings\.$/);
});

test('an accepted finding stays in the list; a problem is never accepted', () => {
  const settings =
    'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\naccepted: [small-memory]\n';
  const looks = look(makeInput({settings, facts: makeFacts({memory: 1_000_000_000})}));
  expect(looks.filter(({state}) => state !== 'ok').map(({code, state}) => [code, state])).toEqual([
    ['small-memory', 'accepted'],
  ]);
  expect(summarizeLooks(looks)).toMatch(/0 findings, 1 accepted\.$/);
});

test('a look that could not be made says so', () => {
  const unknown = {value: undefined, source: 'ss', reason: 'it is missing'} as const;
  const looks = look(makeInput({facts: {listeners: unknown}}));
  const ports = looks.filter(({code}) => code === 'port-taken');
  expect(ports.map(({state}) => state)).toEqual(Array(8).fill('unknown'));
});

const {blueprint} = drawStack(makeInput());
const planned = (kind: string, change: 'order' | 'pull'): Change => ({
  ...{id: `${kind}:x`, title: '', place: 'nginx', kind, needs: [], locks: []},
  change,
  differences: [{change, summary: ''}],
});
const both = [planned('certificate', 'order'), planned('container-image', 'pull')];

test('where large packets are lost, silence has that one cause', () => {
  const facts = makeFacts({mtu: {size: 1400, isBlackHole: true}});
  const {blueprint: drawn, facts: seen, warnings} = drawStack(makeInput({facts}));
  const silent = (['authority-unreachable', 'resolvers-silent', 'name-elsewhere'] as const).map(
    code => new Problem({code, summary: 'x', remedy: 'y'}),
  );
  expect(withoutConsequences(silent)).toEqual(silent);
  const found = withoutConsequences([...warnings, ...silent]);
  expect(found.map(({code}) => code)).toEqual(['mtu-black-hole', 'name-elsewhere']);
  const ids = [`certificate:${drawn.domain}`, 'image:x'];
  const changes = both.map((each, index) => ({...each, id: ids[index] ?? ''}));
  const subjects = listSubjects({blueprint: drawn, facts: seen, changes});
  const looks = judgeLooks(subjects, {problems: [], warnings: found.map(describeError), accepted: []});
  expect(looks.filter(({state}) => state === 'unknown').map(({code}) => code)).toEqual([
    'authority-unreachable',
    'registry-unreachable',
  ]);
});

test('a finding that nothing in the list expects has a place of its own', () => {
  const problem = {code: 'no-copy', summary: 'x', remedy: 'y'} as const;
  const [only] = judgeLooks([], {problems: [], warnings: [problem], accepted: []});
  expect(only).toMatchObject({code: 'no-copy', state: 'warning', findings: [problem]});
});

test.each([
  ['both answer', both, async () => 200, []],
  ['the registry wants a login', both, async (url: string) => (url.includes('/v2/') ? 401 : 200), []],
  ['both refuse', both, async () => 503, ['authority-unreachable', 'registry-unreachable']],
  [
    'the authority limits requests',
    both,
    async (url: string) => (url.includes('/v2/') ? 200 : 429),
    ['authority-unreachable'],
  ],
  [
    'nobody answers',
    both,
    async () => Promise.reject(new Error('ECONNREFUSED')),
    ['authority-unreachable', 'registry-unreachable'],
  ],
  ['neither is needed', [], async () => Promise.reject(new Error('ECONNREFUSED')), []],
] as const)('authority and registry: %s', async (_what, changes, askStatus, codes) => {
  expect((await warnOfServices(changes, blueprint, askStatus)).map(({code}) => code)).toEqual(codes);
});

test('each registry of an image that is in use is asked once', async () => {
  const settings =
    'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\nextras: {whiteboard: true}\n' +
    'images: {repository: docker.io/jitsi, coturn: "relay.example.org/coturn:1", whiteboard: "draw.example.org/w:1"}\n';
  const drawn = drawStack(makeInput({settings})).blueprint;
  const asked: string[] = [];
  await warnOfServices(both, drawn, async url => {
    asked.push(new URL(url).host);
    return 200;
  });
  expect(asked.slice(1)).toEqual(['registry-1.docker.io', 'draw.example.org']);
});
