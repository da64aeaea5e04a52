import {expect, test} from 'vitest';
import type {Idleness} from '../../src/engine/idle.ts';
import {createToy} from '../fakes/toy-resource.ts';
import {carry} from './carry.ts';

const idleness = (busy: string[]): Idleness => ({
  concerns: ({id}) => id !== 'free',
  findBusy: async () => busy.shift(),
  pause: 1,
});

test('steps that would interrupt meetings wait together, with the reason; the other steps continue', async () => {
  const {end, seen, run} = await carry({
    resources: [createToy('a'), createToy('b'), createToy('free')],
    idleness: idleness(['two meetings', 'two meetings', 'one meeting']),
  });
  expect(end).toMatchObject({outcome: 'done', counts: {changed: 3}});
  expect(run.settled).toEqual(['free', 'a', 'b']);
  const waits = seen.filter(event => event.type === 'step-waiting').map(({step, lock, holder}) => [step, lock, holder]);
  expect(waits).toEqual([
    ['a', 'meetings', 'two meetings'],
    ['b', 'meetings', 'two meetings'],
    ['a', 'meetings', 'one meeting'],
    ['b', 'meetings', 'one meeting'],
  ]);
  expect(seen.filter(({type}) => type === 'heartbeat').length).toBeGreaterThanOrEqual(3);
});

test('that wait ends at its limit where the run is to continue', async () => {
  const patient = {...idleness(Array(9).fill('a meeting')), limit: 0, continues: true};
  const {end} = await carry({resources: [createToy('a')], idleness: patient});
  expect(end).toMatchObject({outcome: 'done'});
});

test('that wait gives up at its limit, and no waiting step begins', async () => {
  const toy = createToy('a');
  const limited = {...idleness(Array(9).fill('a meeting')), limit: 0};
  const {end} = await carry({resources: [toy], idleness: limited});
  expect(end).toMatchObject({outcome: 'failed', problems: [{code: 'never-idle'}]});
  expect(toy.isApplied).toBe(false);
});

test('that wait lasts while nobody knows of meetings, but not for ever', async () => {
  const toy = createToy('a');
  let looks = 0;
  const findBusy = async () => {
    looks += 1;
    if (looks < 3) throw new Error('Jicofo does not answer.');
    return looks === 3 ? 'a meeting' : Promise.reject(new Error('It does not answer again.'));
  };
  const {end, seen} = await carry({resources: [toy], idleness: {...idleness([]), findBusy}});
  expect(end).toMatchObject({outcome: 'done'});
  expect(looks).toBe(3 + 16);
  const waits = seen.flatMap(event => (event.type === 'step-waiting' ? [event.holder] : []));
  expect(waits).toEqual(['an answer from Jicofo', 'a meeting', 'an answer from Jicofo']);
});

test('where nobody knows of meetings, the limit of that wait is the same', async () => {
  const toy = createToy('a');
  const findBusy = () => Promise.reject(new Error('Jicofo does not answer.'));
  const limited = {...idleness([]), findBusy, limit: 40};
  expect((await carry({resources: [toy], idleness: limited})).end).toMatchObject({
    outcome: 'failed',
    problems: [{code: 'never-idle', summary: expect.stringContaining('waiting for an answer from Jicofo')}],
  });
  expect(toy.isApplied).toBe(false);
  const {end} = await carry({resources: [toy], idleness: {...limited, continues: true}});
  expect(end).toMatchObject({outcome: 'done'});
});

test('a stop ends that wait, and nothing that waited is begun', async () => {
  const stop = new AbortController();
  const toy = createToy('a');
  const job = {
    resources: [toy, createToy('free', {apply: () => stop.abort()})],
    idleness: idleness(Array(9).fill('a meeting')),
  };
  const {end} = await carry(job, stop);
  expect(end).toMatchObject({outcome: 'stopped', exit: 130, counts: {changed: 1, stopped: 1}});
  expect(toy.isApplied).toBe(false);
});
