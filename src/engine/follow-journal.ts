import {existsSync} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {StringDecoder} from 'node:string_decoder';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Event} from '../model/event.ts';
import {parseEvent} from './journal.ts';
import {workerUnit} from './worker-unit.ts';

/** Milliseconds between two looks at the journal. */
const pace = 200;

/** Milliseconds of silence after which systemd is asked about the worker; longer than between two heartbeats. */
const longSilence = 5000;

/** Yields the events of a journal from its start and while it grows, until the run has finished, or its worker has died. */
export async function* followJournal({
  path,
  signal,
  isGoing,
  unit = `/run/systemd/transient/${workerUnit}`,
  silence = longSilence,
}: {
  readonly path: string;
  /** Ends the following, not the run. */
  readonly signal: AbortSignal;
  /** Asks systemd whether the run's worker is still there; that costs a process. */
  readonly isGoing: () => Promise<boolean>;
  /** The worker's unit file, which systemd removes with the worker. */
  readonly unit?: string;
  readonly silence?: number;
}): AsyncGenerator<Event> {
  const tail = createTail(path);
  const worker = watchWorker(isGoing, unit, silence);
  try {
    for (let isOver = false; !signal.aborted; ) {
      for await (const event of tail.read()) {
        worker.hear();
        yield event;
        if (event.type === 'run-finished') return;
      }
      if (isOver) return;
      // If it is gone, the file is read once more for its last events.
      isOver = await worker.isGone();
      if (!isOver) await sleep(pace, undefined, {signal}).catch(() => undefined);
    }
  } finally {
    await tail.close();
  }
}

/** Asks systemd about a worker only at first, when its unit file disappears, and after a long silence. */
function watchWorker(isGoing: () => Promise<boolean>, unit: string, silence: number) {
  let isFirst = true;
  let hadUnit = false;
  let heard = 0;
  const hear = () => {
    heard = Date.now();
  };
  return {
    hear,
    async isGone(): Promise<boolean> {
      const hasUnit = existsSync(unit);
      const isDoubtful = isFirst || (hadUnit && !hasUnit) || Date.now() - heard > silence;
      isFirst = false;
      hadUnit = hasUnit;
      if (!isDoubtful) return false;
      hear();
      return !(await isGoing());
    },
  };
}

/** Reads what was added to a file since the last time. */
function createTail(path: string) {
  const decoder = new StringDecoder('utf8');
  let file: FileHandle | undefined;
  let rest = '';
  return {
    async *read(): AsyncGenerator<Event> {
      // The worker creates it when it begins.
      file ??= await open(path).catch(() => undefined);
      for (;;) {
        const {bytesRead = 0, buffer} = (await file?.read()) ?? {};
        if (!buffer || bytesRead === 0) return;
        const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
        rest = lines.pop() ?? '';
        yield* lines.map(parseEvent).filter(event => event !== undefined);
      }
    },
    close: async () => file?.close(),
  };
}
