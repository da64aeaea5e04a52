import {expect, test} from 'vitest';
import type {Check, CheckState} from '../../src/model/check.ts';
import {Problem} from '../../src/model/problem.ts';
import {lookAround, reportNoRound} from '../../src/runs/round.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const {signal} = new AbortController();
const idle = 'ActiveState=inactive\n';
const busy = 'ActiveState=active\nDescription=jitsi-onebox run 20261129T160000Z\n';

/** A host whose web container has these states, one after the other. */
function prepare(...states: readonly CheckState[]) {
  const left = [...states];
  const host = createMemoryHost({
    files: {'/var/lib/jitsi-onebox': {directory: true}},
    commands: {'systemctl show': idle},
  });
  const check: Check = {
    code: 'container-web',
    run: async () => ({state: left.shift() ?? 'ok', summary: 'So it is.', remedy: 'Do it.'}),
  };
  const look = async () => {
    const round = await lookAround({host, checks: [check], signal, pause: 1});
    if (round === 'run in progress') return round;
    await round.save();
    return round.items.map(({kind, title}) => `${title} ${kind}`);
  };
  return {host, look, left};
}

test('a failure is reported once, and its end once', async () => {
  const {look, left} = prepare('ok', 'failed', 'failed', 'failed', 'ok', 'ok', 'ok');
  const rounds = [await look(), await look(), await look(), await look(), await look()];
  expect(rounds).toEqual([[], ['Web container failed'], [], ['Web container recovered'], []]);
  expect(left).toEqual([]);
});

test('a moment is not reported', async () => {
  const {look} = prepare('ok', 'failed', 'ok', 'ok');
  expect([await look(), await look(), await look()]).toEqual([[], [], []]);
});

test('checks that cannot be made are reported once, and that they can be made again', async () => {
  const {host, look} = prepare('ok', 'ok');
  await look();
  const problem = new Problem({code: 'address-unknown', summary: 'No address.', remedy: 'Set it.'});
  const fail = async () => {
    const round = await reportNoRound(host, problem);
    if (round === 'run in progress') return round;
    await round.save();
    return round.items.map(({kind, text}) => `${kind} ${text}`);
  };
  expect([await fail(), await fail()]).toEqual([['failed No address.'], []]);
  expect(await look()).toEqual(['Regular checks recovered']);
  expect(await look()).toEqual([]);
});

test('nothing is reported while a run is in progress, nor remembered', async () => {
  const {host, look} = prepare('failed', 'failed');
  host.commands['systemctl show'] = busy;
  expect(await look()).toBe('run in progress');
  const answers = [idle, busy];
  host.commands['systemctl show'] = () => answers.shift() ?? idle;
  expect(await look()).toBe('run in progress');
  expect(host.tree.has('/var/lib/jitsi-onebox/watch.json')).toBe(false);
});

test('a round that is stopped at its second look reports nothing', async () => {
  const {host} = prepare();
  const stop = new AbortController();
  const answers: CheckState[] = ['failed'];
  const check: Check = {
    code: 'container-web',
    async run() {
      const state = answers.shift();
      if (state === undefined) stop.abort();
      return {state: state ?? 'ok', summary: 'So it is.'};
    },
  };
  await expect(lookAround({host, checks: [check], signal: stop.signal, pause: 1})).rejects.toThrow('aborted');
});
