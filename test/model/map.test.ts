import {describe, expect, test} from 'vitest';
import {listMap, planStates, runStates} from '../../src/model/map.ts';
import {advance, noRun, type Run} from '../../src/model/run.ts';
import {at, story} from '../tui/sample-run.ts';
import {map} from '../tui/samples.ts';

function runAfter(ms: number): Run {
  return story
    .filter(([moment]) => moment <= ms)
    .reduce((run, [moment, body]) => advance(run, at(moment, body)), noRun);
}

describe('the map', () => {
  test('of a plan separates existing parts from planned ones', () => {
    expect(planStates(map, ['nginx', 'router'])).toMatchObject({nginx: 'planned', web: 'set-up', host: 'set-up'});
    expect(planStates(map)).not.toHaveProperty('router');
  });

  test('before a run is planned', () => {
    expect(runStates(map, noRun)).toMatchObject({nginx: 'planned', host: 'planned'});
  });

  test('lights up as steps end', () => {
    expect(runStates(map, runAfter(1000))).toMatchObject({
      web: 'running',
      host: 'running',
      nginx: 'planned',
      jicofo: 'set-up',
    });
    expect(runStates(map, runAfter(1800))).toMatchObject({web: 'set-up', host: 'running'});
  });

  test('ends with what the checks found and what failed', () => {
    const states = runStates(map, runAfter(9000));
    expect(states).toMatchObject({web: 'ok', nginx: 'failed', videobridge: 'warning', host: 'set-up'});
    expect(states).not.toHaveProperty('internet');
  });

  test('of a run without steps is what its checks found', () => {
    const body = {type: 'check-finished', check: 'a', place: 'router', state: 'failed', summary: '', ms: 1} as const;
    expect(runStates(map, advance(noRun, at(0, body)))).toMatchObject({router: 'failed', web: 'planned'});
  });

  test('as a list names the connections of each box', () => {
    const entries = new Map(listMap(map).map(({place, leadsTo}) => [place, leadsTo]));
    expect(entries.get('haproxy')).toBe('Relay (turn.example.org), go-mmproxy');
    expect(entries.get('prosody')).toBe('');
  });
});
