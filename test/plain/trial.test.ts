import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import type {TrialEvent} from '../../src/model/trial.ts';
import {openJsonUi} from '../../src/plain/json.ts';
import {openPlainUi} from '../../src/plain/open.ts';

const ended: TrialEvent = {
  v: 1,
  at: '2026-11-22T08:30:00.000Z',
  type: 'trial-ended',
  reason: 'stopped',
  summary: 'Over.',
};

test.each(['plain', 'json'] as const)('a trial in %s output leaves no handler of a signal', async kind => {
  const streams = {stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough()};
  const ui =
    kind === 'json' ? openJsonUi({...streams, yes: false}) : openPlainUi({...streams, yes: false, interactive: false});
  const count = () => ['SIGINT', 'SIGTERM'].map(signal => process.listenerCount(signal));
  const before = count();
  async function* events() {
    expect(count()).toEqual(before.map(each => each + 1));
    yield ended;
  }
  expect(await ui.tryOut(events(), () => {})).toMatchObject({ended: {reason: 'stopped'}});
  expect(count()).toEqual(before);
  streams.stdout.end();
  expect(await text(streams.stdout)).toContain('Over.');
});
