import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {RunRecord} from '../../src/model/machine.ts';
import {noRun} from '../../src/model/run.ts';
import type {Ui} from '../../src/model/ui.ts';
import {watchRun} from '../../src/runs/watch.ts';

test('a user who leaves right after asking a run to stop has asked it all the same', async () => {
  const done: string[] = [];
  const ui: Partial<Ui> = {
    async watch(_events, {stop, leave}) {
      stop();
      leave();
      return noRun;
    },
  };
  const record: Partial<RunRecord> = {
    request: {command: 'undo', run: '', packages: false, digest: '', approved: [], by: 'root'},
    follow: async function* () {},
    async stop() {
      await sleep(20);
      done.push('asked');
    },
  };
  expect(await watchRun(ui as Ui, record as RunRecord)).toEqual({exit: 0});
  expect(done).toEqual(['asked']);
});
