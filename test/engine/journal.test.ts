import {appendFile, mkdir, mkdtemp, readFile, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {type Journal, openJournal, readJournal} from '../../src/engine/journal.ts';
import {claimRun, latestRun, listRuns} from '../../src/engine/run-files.ts';
import type {Event, EventBody} from '../../src/model/event.ts';

const noon = Date.parse('2026-11-22T12:00:00.250Z');
let base = '';
let journals: Journal[] = [];

beforeEach(async () => {
  base = join(await mkdtemp(join(tmpdir(), 'onebox-')), 'runs');
});

afterEach(async () => {
  await Promise.all(journals.map(journal => journal.close()));
  journals = [];
});

async function open(now = () => noon): Promise<Journal> {
  const journal = await openJournal(await claimRun({base, now}), now);
  journals.push(journal);
  return journal;
}

async function readAll(path: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of readJournal(path)) events.push(event);
  return events;
}

const started = (pid: number): EventBody => ({
  type: 'run-started',
  run: '20261122T120000Z',
  command: 'apply',
  version: '0.1.0',
  digest: 'd',
  pid,
  by: 'root on tty1',
});

test('a run has a directory of its own that only root may enter, named after its second', async () => {
  const umask = process.umask(0);
  const journal = await open();
  process.umask(umask);
  expect(journal.run).toBe('20261122T120000Z');
  expect((await stat(journal.directory)).mode & 0o777).toBe(0o700);
  expect((await stat(journal.path)).mode & 0o777).toBe(0o600);
  expect(await latestRun(base)).toMatchObject({run: journal.run, path: journal.path});
});

test('two runs in one second have two names, in their order', async () => {
  const first = await open();
  const second = await open();
  expect([first.run, second.run]).toEqual(['20261122T120000Z', '20261122T120001Z']);
});

test('an event is on disk, with its time, as soon as it has happened', async () => {
  const journal = await open();
  const event = journal.append({type: 'step-started', step: 'file:/etc/hosts'});
  expect(event).toEqual({v: 1, at: '2026-11-22T12:00:00.250Z', type: 'step-started', step: 'file:/etc/hosts'});
  expect(await readFile(journal.path, 'utf8')).toBe(`${JSON.stringify(event)}\n`);
});

test('a reader passes over a line cut short, other versions, and kinds of later releases', async () => {
  const journal = await open();
  journal.append(started(1));
  await appendFile(
    journal.path,
    '{"v":1,"at":"x","type":"step-dreamt"}\n{"v":2,"at":"x","type":"heartbeat"}\n[]\nnull\n\n',
  );
  journal.append({type: 'heartbeat', running: []});
  await appendFile(journal.path, '{"v":1,"at":"2026-11-2');
  expect((await readAll(journal.path)).map(({type}) => type)).toEqual(['run-started', 'heartbeat']);
});

test('the newest twenty runs are kept, and nothing else is touched', async () => {
  for (let run = 0; run < 23; run++) await open(() => noon + run * 60_000);
  await appendFile(join(base, 'note.txt'), 'mine');
  await open(() => noon + 3_600_000);
  const runs = await listRuns(base);
  expect(runs).toHaveLength(20);
  expect([runs[0], runs.at(-1)]).toEqual(['20261122T120400Z', '20261122T130000Z']);
  expect(await readFile(join(base, 'note.txt'), 'utf8')).toBe('mine');
});

test('the run that an undo takes back is kept as long as the undo is', async () => {
  const first = await open(() => noon);
  const request = {command: 'undo', run: first.run, packages: false, digest: '', approved: [], by: 'root'} as const;
  for (let run = 1; run < 20; run++) await open(() => noon + run * 60_000);
  const claim = (minute: number) => claimRun({base, now: () => noon + minute * 60_000, request});
  for (let attempt = 20; attempt < 45; attempt++) await claim(attempt);
  const runs = await listRuns(base);
  expect(runs).toHaveLength(21);
  expect(runs[0]).toBe(first.run);
});

test('a disk that takes nothing more is remembered, not thrown', async () => {
  const journal = await openJournal(await claimRun({base}));
  await journal.close();
  expect(journal.append({type: 'heartbeat', running: []})).toMatchObject({type: 'heartbeat'});
  expect(journal.failure()).toBeInstanceOf(Error);
});

test('a run that never began is not the newest', async () => {
  const journal = await open(() => noon);
  await claimRun({base, now: () => noon + 60_000});
  expect(await latestRun(base)).toMatchObject({run: journal.run});
});

test('after a clock that ran ahead, a new run is the newest all the same, and stays', async () => {
  for (let run = 0; run < 20; run++) await claimRun({base, now: () => noon + 365 * 86_400_000});
  const {run} = await claimRun({base, now: () => noon});
  expect((await listRuns(base)).at(-1)).toBe(run);
});

test('a request that cannot be written leaves no run', async () => {
  const request = {command: 'undo', run: '', packages: false, digest: 1n as never, approved: [], by: 'root'} as const;
  await expect(claimRun({base, request})).rejects.toThrow('BigInt');
  expect(await listRuns(base)).toEqual([]);
});

test('during a run, room is reserved for the report of a full disk, and released at its end', async () => {
  const journal = await open();
  const reserve = join(journal.directory, 'reserve');
  expect((await stat(reserve)).size).toBeGreaterThan(100_000);
  await journal.close();
  journals = [];
  await expect(stat(reserve)).rejects.toMatchObject({code: 'ENOENT'});
});

test('the next run removes the snapshot that a killed one was writing, and no other', async () => {
  const {directory} = await claimRun({base, now: () => noon});
  const before = join(directory, 'before');
  await mkdir(before);
  const [whole, unfinished] = ['path-1.json', '.path-2.json.jitsi-onebox'].map(name => join(before, name)) as [
    string,
    string,
  ];
  for (const path of [whole, unfinished]) await writeFile(path, '');
  await claimRun({base, now: () => noon + 60_000});
  await expect(stat(unfinished)).rejects.toMatchObject({code: 'ENOENT'});
  expect((await stat(whole)).isFile()).toBe(true);
});
