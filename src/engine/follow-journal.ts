import {type FSWatcher, watch} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {dirname} from 'node:path';
import {StringDecoder} from 'node:string_decoder';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Event} from '../model/event.ts';
import {parseEvent} from './read-journal.ts';

type Following = {
  readonly path: string;
  /** Ends the following, and nothing else. */
  readonly signal: AbortSignal;
  /** Whether somebody still writes the journal; asked when nothing new has come, or his unit may be gone. */
  readonly isGoing: () => Promise<boolean>;
  /** The directory in which systemd keeps the unit of whoever writes the journal, as long as there is one. */
  readonly units?: string;
  /** Milliseconds without news after which it is looked for all the same. */
  readonly pause?: number;
};

/** Milliseconds from one look to the next: apt tells more in a second than anybody reads, and each look costs. */
const pace = 50;

/**
 * Tells a journal from its start and goes on as it grows, until the run has finished. Without `run-finished` at the end, its
 * worker has died.
 */
export async function* followJournal({
  path,
  signal,
  isGoing,
  units = '/run/systemd/transient',
  pause = 1000,
}: Following): AsyncGenerator<Event> {
  const bell = hangBell({news: dirname(path), doubt: units, signal});
  const tail = createTail(path);
  let looked = 0;
  try {
    for (let isQuiet = true; !signal.aborted; isQuiet = !(await bell.ring(pause))) {
      const early = looked + pace - Date.now();
      if (early > 0) await sleep(early, undefined, {signal}).catch(() => undefined);
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

/** Rings when something in one of two directories changes: `news` of the run, or `doubt` whether it still goes. */
function hangBell({news, doubt, signal}: Bell) {
  let rung: 'news' | 'doubt' | undefined;
  let sleeper = new AbortController();
  const ring = (cause: 'news' | 'doubt') => {
    // A writer may die right after its last word; the doubt must not be lost in the news.
    rung = rung === 'doubt' ? rung : cause;
    sleeper.abort();
  };
  const watchers = [watchOrNot(news, () => ring('news')), watchOrNot(doubt, () => ring('doubt'))];
  return {
    /** Waits for the bell, but not for long: a watch may be refused, or miss something. Tells whether there is only news. */
    async ring(limit: number): Promise<boolean> {
      sleeper = new AbortController();
      const signals = AbortSignal.any([sleeper.signal, signal]);
      if (!rung) await sleep(limit, undefined, {signal: signals}).catch(() => undefined);
      const cause = rung;
      rung = undefined;
      return cause === 'news';
    },
    takeDown() {
      for (const watcher of watchers) watcher?.close();
    },
  };
}

/** The kernel's watches are counted; without one there is still the clock. */
function watchOrNot(directory: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(directory, onChange).on('error', () => undefined);
  } catch {
    return undefined;
  }
}
