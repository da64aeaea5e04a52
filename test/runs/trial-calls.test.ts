import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import type {CheckContext} from '../../src/model/check.ts';
import {answerCalls} from '../../src/runs/trial/calls.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

describe('the calls of a page', () => {
  const open = (callTime: number) => {
    const closed: string[] = [];
    const describeCall = async ({atEnd}: CheckContext) => {
      atEnd(() => sleep(20).then(() => closed.push('closed')));
      return 'v=0';
    };
    const {signal} = new AbortController();
    return {closed, calls: answerCalls({host: createMemoryHost(), signal, describeCall, callTime})};
  };
  const ask = async (calls: ReturnType<typeof answerCalls>, path = '/call', method = 'GET') =>
    calls.answer({method, path, from: '198.51.100.7'});

  test('all end with the trial, which waits for them', async () => {
    const {closed, calls} = open(60_000);
    expect(await ask(calls)).toMatchObject({status: 200, body: '{"sdp":"v=0"}'});
    await ask(calls);
    expect(closed).toEqual([]);
    await calls.close();
    expect(closed).toEqual(['closed', 'closed']);
  });

  test('end after their time, and are no more than a visitor needs', async () => {
    const {closed, calls} = open(1);
    expect(await Promise.all([ask(calls, '/'), ask(calls, '/call', 'POST')])).toEqual([undefined, undefined]);
    const answers = await Promise.all(Array.from({length: 61}, () => ask(calls)));
    expect(answers.filter(each => each === undefined)).toHaveLength(1);
    await vi.waitFor(() => expect(closed).toHaveLength(60));
    await calls.close();
    expect(closed).toHaveLength(60);
  });
});
