import {constants, createReadStream, existsSync, fdatasync, rmSync, writeSync} from 'node:fs';
import {type FileHandle, open, rm, writeFile} from 'node:fs/promises';
import {createInterface} from 'node:readline';
import type {Event, EventBody} from '../model/event.ts';
import {type RunFiles, reserveOf} from './run-files.ts';

const reserveBytes = 256 * 1024;

/** The record of one run, appended line by line. */
export type Journal = RunFiles & {
  /** Writes an event and returns it with its time. Never throws: a full disk must not end a run half-way. */
  append(body: EventBody): Event;
  /** Returns why the journal could not be written, if so. */
  failure(): Error | undefined;
  close(): Promise<void>;
};

/** Opens the journal of a run that was claimed. */
export async function openJournal(files: RunFiles, now: () => number = Date.now): Promise<Journal> {
  const {O_CREAT, O_EXCL, O_APPEND, O_WRONLY} = constants;
  const file = await open(files.path, O_CREAT | O_EXCL | O_APPEND | O_WRONLY, 0o600);
  const reserve = reserveOf(files);
  await writeFile(reserve, Buffer.alloc(reserveBytes), {mode: 0o600}).catch(() => undefined);
  return {...files, ...createWriter(file, reserve, now)};
}

function createWriter(
  file: FileHandle,
  reserve: string,
  now: () => number,
): Pick<Journal, 'append' | 'failure' | 'close'> {
  let failure: Error | undefined;
  const remember = (error: unknown) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  };
  const write = (line: string) => {
    try {
      // The line before may have been cut short.
      writeWhole(file.fd, `${failure ? '\n' : ''}${line}\n`);
    } catch (error) {
      if (!existsSync(reserve)) return remember(error);
      rmSync(reserve, {force: true});
      write(`\n${line}`);
    }
  };
  return {
    append(body) {
      const event: Event = {v: 1, at: new Date(now()).toISOString(), ...body};
      write(JSON.stringify(event));
      if (body.type === 'step-finished') fdatasync(file.fd, () => {});
      return event;
    },
    failure: () => failure,
    async close() {
      await file.sync().catch(remember);
      await file.close();
      await rm(reserve, {force: true});
    },
  };
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/** Reads a journal from its start. */
export async function* readJournal(path: string): AsyncGenerator<Event> {
  for await (const line of createInterface({input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY})) {
    const event = parseEvent(line);
    if (event) yield event;
  }
}

// A record, so that the compiler misses no type.
const known: Readonly<Record<EventBody['type'], true>> = {
  'run-started': true,
  'plan-made': true,
  queried: true,
  'step-started': true,
  'step-output': true,
  'step-progress': true,
  'step-waiting': true,
  'step-finished': true,
  heartbeat: true,
  'check-started': true,
  'check-waiting': true,
  'check-finished': true,
  'stop-requested': true,
  'run-finished': true,
};

/** Returns the event on a line; undefined for a line that was cut short and for event types of later releases. */
export function parseEvent(line: string): Event | undefined {
  try {
    const event = JSON.parse(line);
    return event?.v === 1 && Object.hasOwn(known, event.type) ? event : undefined;
  } catch {
    return undefined;
  }
}
