import {expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {findFaults} from '../../src/commands/update-faults.ts';
import type {CheckCode} from '../../src/model/catalogue.ts';
import type {Check, CheckState} from '../../src/model/check.ts';
import type {Stack} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

vi.mock('node:timers/promises', () => ({setTimeout: async () => undefined}));

const makeCheck = (code: CheckCode, state: CheckState, after: readonly CheckCode[] = []): Check => ({
  code,
  after,
  run: async () => ({state, summary: `${code} is ${state}.`}),
});

/** nginx does not run, so two other checks do not pass either. */
const checks = [
  makeCheck('service-nginx', 'failed'),
  makeCheck('meet-https', 'failed', ['service-nginx']),
  makeCheck('bosh', 'failed', ['meet-https']),
  makeCheck('udp-buffers', 'warning'),
];

async function find(argv: readonly string[], all: readonly Check[] = checks) {
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 5000));
  const context = {
    invocation: readArguments(['update', '--now', ...argv]),
    machine: {host: createMemoryHost()},
    signal: new AbortController().signal,
  } as unknown as CommandContext;
  return findFaults(context, {checks: all} as unknown as Stack);
}

test('an update is refused on a fault, and the remedy names the command that begins it anyway', async () => {
  const {refusal, causes, failing} = await find([]);
  expect(causes).toEqual(['service-nginx']);
  expect(failing).toEqual(['service-nginx', 'meet-https', 'bosh']);
  expect(refusal).toMatchObject({
    code: 'update-refused',
    summary: expect.stringContaining('service-nginx: service-nginx is failed.'),
    remedy: expect.stringContaining('sudo jitsi-onebox update --now --despite service-nginx`'),
  });
  expect(refusal?.summary).not.toContain('bosh');
});

test('with every cause named, the update begins, and its proof does not count what did not pass because of them', async () => {
  const {refusal, failing} = await find(['--despite', 'service-nginx,udp-buffers']);
  expect(refusal).toBeUndefined();
  expect(failing).toEqual(['service-nginx', 'meet-https', 'bosh']);
});

test('another fault than the one that is named still refuses it', async () => {
  const {refusal} = await find(['--despite=service-nginx'], [...checks, makeCheck('disk-space', 'failed')]);
  expect(refusal?.remedy).toContain('--despite service-nginx,disk-space`');
});

test('without a fault nothing is refused, and a code that is no check is a mistake', async () => {
  expect(await find([], checks.slice(3))).toEqual({causes: [], failing: []});
  await expect(find(['--despite', 'no-room'])).rejects.toThrow('There is no check no-room');
});
