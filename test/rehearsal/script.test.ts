import {describe, expect, test} from 'vitest';
import type {CheckCode} from '../../src/model/catalogue.ts';
import type {Check} from '../../src/model/check.ts';
import {advance, noRun} from '../../src/model/run.ts';
import {comparePlans, rehearse, rehearseChecks} from '../../src/rehearsal/script.ts';
import {plan} from '../tui/samples.ts';

const check = (code: CheckCode): Check => ({
  code,
  run: () => Promise.reject(new Error('a rehearsal looks at nothing')),
});

describe('the plan of a machine that has its installation', () => {
  test('is empty when nothing is wanted otherwise', () => {
    const {changes, unchanged} = comparePlans(plan, plan);
    expect(changes).toEqual([]);
    expect(unchanged).toHaveLength(plan.changes.length + plan.unchanged.length);
  });

  test('has the difference of two texts, and what is new', () => {
    const [first, second] = plan.changes;
    const write = (after: string) =>
      ({
        ...plan,
        changes: [{...first, differences: [{change: 'create', summary: 'write', text: {before: '', after}}]}],
      }) as typeof plan;
    const news = {...write('b\n'), changes: [...write('b\n').changes, second]} as typeof plan;
    const {changes} = comparePlans(write('a\n'), news);
    expect(changes[0]).toMatchObject({change: 'update', differences: [{text: {before: 'a\n', after: 'b\n'}}]});
    expect(changes[1]).toBe(second);
  });
});

describe('a rehearsed run', () => {
  const small = {...plan, changes: plan.changes.filter(({change}) => change !== 'pull')};

  test('ends well, or as its recorded checks say, and runs none of them', async () => {
    const props = {checks: {conference: {state: 'failed', summary: 'It does not.', remedy: 'Look.'}}} as const;
    let run = noRun;
    for await (const event of rehearse(
      small,
      [check('bosh'), check('conference')],
      props,
      new AbortController().signal,
    ))
      run = advance(run, event);
    expect(run.settled).toHaveLength(small.changes.length);
    expect(run).toMatchObject({outcome: 'failed', exit: 1});
    expect(run.checks.get('bosh')).toMatchObject({state: 'ok', summary: 'Signalling without websockets'});
    expect(run.checks.get('conference')).toMatchObject({state: 'failed', remedy: 'Look.'});
  });

  test('stops when it is asked to', async () => {
    const stop = new AbortController();
    let run = noRun;
    for await (const event of rehearse(plan, [], {}, stop.signal)) {
      run = advance(run, event);
      stop.abort();
    }
    expect(run).toMatchObject({stopping: true, outcome: 'stopped', exit: 130});
  });

  test('of checks alone has no steps', async () => {
    const types: string[] = [];
    for await (const {type} of rehearseChecks([check('bosh')], {})) types.push(type);
    expect(types).toEqual(['check-started', 'check-finished']);
  });
});
