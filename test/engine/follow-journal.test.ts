import {appendFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {beforeEach, expect, test, vi} from 'vitest';
import {followJournal} from '../../src/engine/follow-journal.ts';
import type {Event, EventBody} from '../../src/model/event.ts';

const line = (body: EventBody) => `${JSON.stringify({v: 1, at: '2026-11-22T12:00:00.000Z', ...body})}\n`;
const started = line({type: 'step-started', step: 'file:/etc/hosts'});
const finished = line({type: 'run-finished', outcome: 'done', exit: 0, counts: {}, ms: 1});

let path = '';

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'onebox-')), 'events.jsonl');
});

type Options = {
  readonly isGoing?: () => Promise<boolean>;
  readonly silence?: number;
  readonly signal?: AbortSignal;
  readonly unit?: string;
};

/** Follows the journal in the background; `seen` grows while it does. */
function follow({
  isGoing = async () => true,
  silence = 20,
  signal = new AbortController().signal,
  ...rest
}: Options = {}) {
  const seen: Event[] = [];
  const ended = (async () => {
    for await (const event of followJournal({path, signal, isGoing, silence, ...rest})) seen.push(event);
    return seen.map(({type}) => type);
  })();
  return {seen, ended};
}

test('a finished run is shown from its start, and systemd is not asked', async () => {
  await writeFile(path, started + finished);
  const isGoing = vi.fn(async () => true);
  expect(await follow({isGoing, silence: 60_000}).ended).toEqual(['step-started', 'run-finished']);
  expect(isGoing).not.toHaveBeenCalled();
});

test('a journal that appears and grows is followed by any number of viewers', async () => {
  const viewers = [follow(), follow({silence: 60_000})];
  await sleep(50);
  await writeFile(path, started);
  await vi.waitFor(() => expect(viewers.map(({seen}) => seen.length)).toEqual([1, 1]));
  await appendFile(path, finished);
  for (const {ended} of viewers) expect(await ended).toEqual(['step-started', 'run-finished']);
});

test('a journal whose directory does not exist yet is followed too', async () => {
  path = join(path, 'later', 'events.jsonl');
  const {ended} = follow();
  await sleep(50);
  await mkdir(dirname(path), {recursive: true});
  await writeFile(path, finished);
  expect(await ended).toEqual(['run-finished']);
});

test('a line is read once it is complete, wherever it was cut, and a torn one never', async () => {
  const text = Buffer.from(line({type: 'step-output', step: 'a', stream: 'stdout', line: 'Größe ✓'}));
  const cut = text.indexOf(Buffer.from('✓')) + 1;
  await writeFile(path, `{"v":1,"type":"hea\n`);
  const {seen, ended} = follow();
  await appendFile(path, text.subarray(0, cut));
  await sleep(60);
  expect(seen).toEqual([]);
  await appendFile(path, text.subarray(cut));
  await vi.waitFor(() => expect(seen).toMatchObject([{line: 'Größe ✓'}]));
  await appendFile(path, finished);
  expect(await ended).toEqual(['step-output', 'run-finished']);
});

test('a dead worker ends it, after its last events', async () => {
  await writeFile(path, started);
  const isGoing = vi.fn(async () => {
    if (isGoing.mock.calls.length < 3) return true;
    await appendFile(path, line({type: 'heartbeat', running: ['file:/etc/hosts']}));
    return false;
  });
  expect(await follow({isGoing}).ended).toEqual(['step-started', 'heartbeat']);
});

test('a worker whose unit disappears is missed at once, long before the silence is', async () => {
  const unit = join(await mkdtemp(join(tmpdir(), 'onebox-units-')), 'worker.service');
  await Promise.all([writeFile(path, started), writeFile(unit, '')]);
  let isThere = true;
  const isGoing = vi.fn(async () => isThere);
  const {seen, ended} = follow({unit, silence: 60_000, isGoing});
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  const asked = isGoing.mock.calls.length;
  // Docker's containers have their units beside it.
  await writeFile(join(dirname(unit), 'docker-0a1b.scope'), '');
  await sleep(150);
  expect(isGoing).toHaveBeenCalledTimes(asked);
  isThere = false;
  await rm(unit);
  expect(await ended).toEqual(['step-started']);
});

test('a worker that never started ends it too', async () => {
  expect(await follow({isGoing: async () => false}).ended).toEqual([]);
});

test('a viewer may leave at any time', async () => {
  await writeFile(path, started);
  const leaving = new AbortController();
  const {seen, ended} = follow({signal: leaving.signal, silence: 60_000});
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  leaving.abort();
  expect(await ended).toEqual(['step-started']);
});
