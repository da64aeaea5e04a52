import {setTimeout as sleep} from 'node:timers/promises';

/** Asks again and again until the answer is yes, or fails after some seconds with the sentence given. */
export async function waitUntil(
  isSo: () => Promise<boolean> | boolean,
  {seconds, every = 50, otherwise}: {seconds: number; every?: number; otherwise: () => string | Promise<string>},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(await otherwise());
    await sleep(every);
  }
}
