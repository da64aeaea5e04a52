import {mkdir, mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {filesOf, writeRequest} from '../../src/engine/run-files.ts';
import type {ApplyRequest, UndoRequest} from '../../src/model/request.ts';
import {chooseRun} from '../../src/undo/choose-run.ts';

const apply = {command: 'apply', settings: '', facts: '', takeOver: [], whenIdle: false} as const;
const undo = (run: string) => ({command: 'undo', run, packages: false}) as const;
const names = ['20261122T080000Z', '20261122T090000Z', '20261122T100000Z', '20261122T110000Z'] as const;
const [first, second, third, fourth] = names;
let base = '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'onebox-'));
});

/** Writes a run to disk; `exit` is its exit status, or null if it ended unexpectedly. */
async function writeRun(
  run: string,
  request: ApplyRequest | UndoRequest,
  exit: number | null = 0,
  changed = true,
): Promise<void> {
  const files = filesOf(run, base);
  await mkdir(changed ? join(files.directory, 'before') : files.directory, {recursive: true});
  if (changed) await writeFile(join(files.directory, 'before', 'path-x.json'), '{}');
  await writeRequest(files, {...request, digest: '', approved: [], by: 'root'});
  const end = {v: 1, at: '2026-11-22T08:00:00Z', type: 'run-finished', outcome: 'done', exit, counts: {}, ms: 1};
  await writeFile(files.path, exit === null ? '' : `${JSON.stringify(end)}\n`);
}

describe('the run that is undone', () => {
  test('is the newest one that changed something', async () => {
    await writeRun(first, apply);
    await writeRun(second, apply, 0, false);
    expect(await chooseRun(undefined, base)).toBe(first);
  });

  test('may have failed or ended unexpectedly', async () => {
    await writeRun(first, apply);
    await writeRun(second, apply, null);
    expect(await chooseRun(undefined, base)).toBe(second);
  });

  test('is the newest one that was not undone, or a newer one with changes', async () => {
    await writeRun(first, apply);
    await writeRun(second, apply);
    await writeRun(third, undo(second));
    expect(await chooseRun(undefined, base)).toBe(first);
    await writeRun(fourth, apply);
    expect(await chooseRun(undefined, base)).toBe(fourth);
  });

  test('is the same one again after its undo was undone', async () => {
    await writeRun(first, apply);
    await writeRun(second, undo(first));
    await writeRun(third, undo(second));
    expect(await chooseRun(undefined, base)).toBe(first);
  });

  test('is the same one again after its undo was interrupted', async () => {
    await writeRun(first, apply);
    await writeRun(second, apply);
    await writeRun(third, undo(second), null);
    expect(await chooseRun(undefined, base)).toBe(second);
  });

  test('is the same one again after its undo was claimed and never began', async () => {
    await writeRun(first, apply);
    await mkdir(join(base, second));
    await writeFile(join(base, second, 'request.json'), JSON.stringify(undo(first)));
    expect(await chooseRun(undefined, base)).toBe(first);
  });

  test('is the one that was named, even an undo', async () => {
    await writeRun(first, apply);
    await writeRun(second, undo(first));
    expect(await chooseRun(second, base)).toBe(second);
    await expect(chooseRun('20200101T000000Z', base)).rejects.toMatchObject({code: 'no-such-run'});
  });

  test('is none if all are undone, and the problem says how to restore each one', async () => {
    await writeRun(first, apply);
    await writeRun(second, apply);
    await writeRun(third, undo(second));
    await writeRun(fourth, undo(first));
    await expect(chooseRun(undefined, base)).rejects.toMatchObject({
      code: 'nothing-to-undo',
      summary: expect.stringContaining('undone already'),
      remedy: expect.stringMatching(
        new RegExp(`undo ${fourth}. brings back .*${first}\\.\\n.*undo ${third}. brings back .*${second}\\.\\n.*apply`),
      ),
    });
  });

  test('is none after an undo, its undo and another undo; only the newest one is offered, which brings the change back', async () => {
    await writeRun(first, apply);
    await writeRun(second, {...undo(first), packages: true});
    await writeRun(third, undo(second));
    await writeRun(fourth, undo(first));
    const problem = await chooseRun(undefined, base).catch((error: unknown) => error);
    expect(String(problem).match(/undo \S+. brings back .*/g)).toEqual([
      `undo ${fourth}\` brings back the changes of run ${first}.`,
    ]);
  });

  test('is none if there are no runs, and never an uninstallation', async () => {
    await expect(chooseRun(undefined, base)).rejects.toMatchObject({code: 'nothing-to-undo'});
    await expect(chooseRun('xxx', base)).rejects.toMatchObject({remedy: 'There are no runs yet.'});
    await writeRun(first, {command: 'uninstall', purge: false});
    await expect(chooseRun(first, base)).rejects.toMatchObject({code: 'not-undoable'});
  });
});
