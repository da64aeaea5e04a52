import {expect, test} from 'vitest';
import {bundleProgram} from '../program.ts';
import {CASES} from './cases.ts';
import {describeOutcome, read, seen} from './evidence.ts';

test('the call runs in the Node 20 of the real jicofo’s image', async () => {
  const program = await bundleProgram('contract/call.ts', 'node20');
  expect(program.length).toBeGreaterThan(1000);
  expect(program).not.toMatch(/withResolvers|Promise\.try|fromAsync|\.groupBy\(|import\.meta/);
});

test('each outcome has its evidence, also that of a case that failed', () => {
  expect(describeOutcome({title: 'it starts', evidence: seen}, undefined)).toBe(`  ✓ it starts (${seen})`);
  expect(describeOutcome({title: 'it starts', evidence: read}, 'no')).toBe(`  ✗ it starts (${read}): no`);
});

test('every case has dated evidence', () => {
  for (const {title, evidence} of CASES) expect(evidence, title).toMatch(/ 2026-11-\d\d/);
});

test.each(['asked by two at once', 'a cold bridge takes more than 1 s', 'the room of its own health check'])(
  'what was once different in the stand-ins is a case: %s',
  words => {
    expect(CASES.filter(({title}) => title.includes(words)).map(({evidence}) => evidence)).toEqual([seen]);
  },
);
