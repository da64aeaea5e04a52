import {randomBytes} from 'node:crypto';
import {setTimeout as pause} from 'node:timers/promises';
import type {AudioStream} from './secure.ts';

/** How many packets were sent until enough of them had come out, and how long the first of them took in milliseconds. */
export type Passage = {readonly sent: number; readonly received: number; readonly milliseconds: number};

const wanted = 5;
/** How long enough of them may take, in milliseconds. */
const longest = 2000;
/** A packet of audio covers 20 ms. */
const interval = 20;
/** Opus names in the first byte what the frame is: 20 ms of one channel at the full bandwidth. */
const frameKind = 0xf8;

/** Sends marked packets into the bridge as one participant until enough of them have come out at another one. */
export async function passAudio(
  from: AudioStream,
  to: AudioStream,
  signal: AbortSignal,
  patience = longest,
): Promise<Passage> {
  const mark = Buffer.concat([Buffer.of(frameKind), randomBytes(16)]);
  const began = performance.now();
  const seen = new Set<number>();
  let milliseconds = 0;
  const arrival = to.next(payload => {
    if (!payload.subarray(0, mark.length).equals(mark)) return undefined;
    if (seen.size === 0) milliseconds = Math.round(performance.now() - began);
    seen.add(payload.readUInt16BE(mark.length));
    return seen.size >= wanted || undefined;
  });
  let isOver = false;
  const settle = () => {
    isOver = true;
  };
  arrival.then(settle, settle);
  let sent = 0;
  for (; !isOver; sent++) {
    signal.throwIfAborted();
    if (performance.now() - began > patience)
      throw new Error(`${seen.size} of ${sent} packets came out at the other participant`);
    const count = Buffer.alloc(2);
    count.writeUInt16BE(sent);
    from.send(Buffer.concat([mark, count]));
    await pause(interval);
  }
  await arrival;
  return {sent, received: seen.size, milliseconds};
}
