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

/** A run as it lies on the disk; `exit` is how it ended, and null when it broke off. */
async function keepRun(
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
  test('is the newest that changed something', async () => {
    await keepRun(first, apply);
    await keepRun(second, apply, 0, false);
    expect(await chooseRun(undefined, base)).toBe(first);
  });

  test('is one that failed or broke off as well', async () => {
    await keepRun(first, apply);
    await keepRun(second, apply, null);
    expect(await chooseRun(undefined, base)).toBe(second);
  });

  test('is the one before what was undone already, until something is changed again', async () => {
    await keepRun(first, apply);
    await keepRun(second, apply);
    await keepRun(third, undo(second));
    expect(await chooseRun(undefined, base)).toBe(first);
    await keepRun(fourth, apply);
    expect(await chooseRun(undefined, base)).toBe(fourth);
  });

  test('is the first one again once its undo was undone', async () => {
    await keepRun(first, apply);
    await keepRun(second, undo(first));
    await keepRun(third, undo(second));
    expect(await chooseRun(undefined, base)).toBe(first);
  });

  test('is the same again where its undo was cut short', async () => {
    await keepRun(first, apply);
    await keepRun(second, apply);
    await keepRun(third, undo(second), null);
    expect(await chooseRun(undefined, base)).toBe(second);
  });

  test('is the one that is named, an undo too', async () => {
    await keepRun(first, apply);
    await keepRun(second, undo(first));
    expect(await chooseRun(second, base)).toBe(second);
    await expect(chooseRun('20200101T000000Z', base)).rejects.toMatchObject({code: 'no-such-run'});
  });

  test('is none when all are undone, and the problem says how to bring each back', async () => {
    await keepRun(first, apply);
    await keepRun(second, apply);
    await keepRun(third, undo(second));
    await keepRun(fourth, undo(first));
    await expect(chooseRun(undefined, base)).rejects.toMatchObject({
      code: 'nothing-to-undo',
      summary: expect.stringContaining('undone already'),
      remedy: expect.stringMatching(
        new RegExp(`undo ${fourth}. brings back .*${first}\\.\\n.*undo ${third}. brings back .*${second}\\.\\n.*apply`),
      ),
    });
  });

  test('is none where there is none, and no uninstallation', async () => {
    await expect(chooseRun(undefined, base)).rejects.toMatchObject({code: 'nothing-to-undo'});
    await keepRun(first, {command: 'uninstall', purge: false});
    await expect(chooseRun(first, base)).rejects.toMatchObject({code: 'not-undoable'});
  });
});
