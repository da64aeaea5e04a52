import {randomBytes} from 'node:crypto';
import {expect, test} from 'vitest';
import {passAudio} from '../../../src/network/media/audio.ts';
import {startBridge} from './bridge.ts';

const {signal} = new AbortController();
const patience = 300;
const soon = () => AbortSignal.timeout(1200);
const isDtls = ([first = 0]: Buffer) => first >= 20 && first <= 63;

test('audio of each participant reaches every other one', async () => {
  const {join} = await startBridge();
  const [first, second, third] = await Promise.all([join(), join(), join()]);
  const passed = await Promise.all([passAudio(first, second, signal), passAudio(third, first, signal)]);
  for (const {received, milliseconds} of passed) {
    expect(received).toBe(5);
    expect(milliseconds).toBeLessThan(1000);
  }
});

test('nobody in another conference hears it', async () => {
  const {join} = await startBridge();
  const [here, there] = await Promise.all([join(), join({meeting: 'another'})]);
  await expect(passAudio(here, there, signal, patience)).rejects.toThrow(
    /^0 of \d+ packets came out at the other participant$/,
  );
});

test('a participant who has left hears nothing more', async () => {
  const {join, endpoints} = await startBridge();
  const [first, second] = await Promise.all([join(), join()]);
  await passAudio(first, second, signal);
  endpoints.remove('room', 'guest-2');
  await expect(passAudio(first, second, signal, patience)).rejects.toThrow(/^0 of/);
});

test('audio with a number that was not announced is not carried', async () => {
  const {join} = await startBridge();
  const [first, second] = await Promise.all([join({announced: {ssrcs: [1]}}), join()]);
  await expect(passAudio(first, second, signal, patience)).rejects.toThrow(/^0 of/);
});

test('the bridge carries no audio of a participant with another certificate than the announced one', async () => {
  const {join} = await startBridge();
  const [first, second] = await Promise.all([join({announced: {fingerprint: 'AA:BB'}}), join()]);
  await expect(passAudio(first, second, signal, patience)).rejects.toThrow(/^0 of/);
});

test('a bridge with another certificate than the invited one is not trusted', async () => {
  const {join} = await startBridge();
  await expect(join({expected: 'AA:BB'})).rejects.toThrow(/fingerprint ([0-9A-F]{2}:?){32} instead of AA:BB$/);
});

test('a bridge that does not answer the check is no bridge', async () => {
  const {join} = await startBridge();
  await expect(join({passes: () => false})).rejects.toThrow('no answer');
});

test('the bridge does not serve a participant that cannot answer its own check', async () => {
  const {join} = await startBridge();
  await expect(join({announced: {password: randomBytes(16).toString('hex')}, signal: soon()})).rejects.toThrow(
    'timeout',
  );
});

test('checks that get through without the rest are found', async () => {
  const {join} = await startBridge();
  const limited = join({passes: packet => !isDtls(packet), signal: soon()});
  await expect(limited).rejects.toThrow('timeout');
});

test('a lost first packet is sent again', async () => {
  const {join} = await startBridge();
  let lost = 0;
  const passes = (packet: Buffer) => !isDtls(packet) || lost++ > 0;
  const [first, second] = await Promise.all([join({passes}), join()]);
  expect((await passAudio(first, second, signal)).received).toBe(5);
});
