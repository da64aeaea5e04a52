import {type FSWatcher, watch} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {StringDecoder} from 'node:string_decoder';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Event} from '../model/event.ts';
import {workerUnit} from './going.ts';
import {parseEvent} from './read-journal.ts';

type Following = {
  readonly path: string;
  /** Ends the following, and nothing else. */
  readonly signal: AbortSignal;
  /** Whether somebody still writes the journal; asked when nothing new has come, or his unit may be gone. */
  readonly isGoing: () => Promise<boolean>;
  /** Where systemd keeps the unit of whoever writes the journal, as long as there is one. */
  readonly unit?: string;
  /** Milliseconds without news after which it is looked for all the same. */
  readonly pause?: number;
};

/** Milliseconds from one look to the next: apt tells more in a second than anybody reads, and each look costs. */
const pace = 100;

/** Longer than from one sign of life to the next. Milliseconds. */
const patience = 5000;

/**
 * Tells a journal from its start and goes on as it grows, until the run has finished. Without `run-finished` at the end, its
 * worker has died.
 */
export async function* followJournal({
  path,
  signal,
  isGoing,
  unit = join('/run/systemd/transient', workerUnit),
  pause = patience,
}: Following): AsyncGenerator<Event> {
  const bell = hangBell({news: path, doubt: unit, signal});
  const tail = createTail(path);
  let looked = 0;
  try {
    for (let isQuiet = true; !signal.aborted; isQuiet = !(await bell.ring(pause))) {
      const early = looked + pace - Date.now();
      if (early > 0) await sleep(early);
      looked = Date.now();
      // Asked before the last look: what a worker wrote right before its end is still told.
      const isOver = isQuiet && !(await isGoing());
      for await (const event of tail.read()) {
        yield event;
        if (event.type === 'run-finished') return;
      }
      if (isOver) return;
    }
  } finally {
    bell.takeDown();
    await tail.close();
  }
}

/** Reads what a file has more than at the last time. */
function createTail(path: string) {
  const decoder = new StringDecoder('utf8');
  let file: FileHandle | undefined;
  let rest = '';
  return {
    async *read(): AsyncGenerator<Event> {
      // It comes into being when the worker begins.
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

type Bell = {readonly news: string; readonly doubt: string; readonly signal: AbortSignal};

/** Rings when one of two files changes, comes or goes: `news` of the run, or `doubt` whether it still goes. */
function hangBell({news, doubt, signal}: Bell) {
  let rung: 'news' | 'doubt' | undefined;
  let wake: () => void = () => undefined;
  const ring = (cause: 'news' | 'doubt') => {
    // A writer may die right after its last word; the doubt must not be lost in the news.
    rung = rung === 'doubt' ? rung : cause;
    wake();
  };
  const watchers = [watchFile(news, () => ring('news')), watchFile(doubt, () => ring('doubt'))];
  const leave = () => wake();
  signal.addEventListener('abort', leave);
  return {
    /** Waits for the bell, but not for long: a watch may be refused, or miss something. Tells whether there is only news. */
    async ring(limit: number): Promise<boolean> {
      if (!rung && !signal.aborted) {
        const {promise, resolve} = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, limit);
        await promise;
        clearTimeout(timer);
      }
      const cause = rung;
      rung = undefined;
      return cause === 'news';
    },
    takeDown() {
      signal.removeEventListener('abort', leave);
      for (const watcher of watchers) watcher?.close();
    },
  };
}

/** By the directory, since the file may come later. The kernel's watches are counted; without one there is still the clock. */
function watchFile(path: string, onChange: () => void): FSWatcher | undefined {
  const isIt = (name: string | null) => name === null || name === basename(path);
  try {
    return watch(dirname(path), (_change, name) => isIt(name) && onChange()).on('error', () => undefined);
  } catch {
    return undefined;
  }
}
