import {mkdir, mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {findOutlook, formatSpan} from '../../src/commands/outlook.ts';
import {filesOf, writeRequest} from '../../src/engine/run-files.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const clock = Date.parse('2026-11-22T08:30:00Z');
const inHours = (hours: number) => (clock + hours * 3_600_000) * 1000;

test('the next timers are listed in their order, and the last look for updates has its time', async () => {
  const timers = [
    {unit: 'certbot.timer', next: inHours(9)},
    {unit: 'jitsi-onebox-update.timer', next: inHours(0.5)},
    {unit: 'jitsi-onebox-other.timer', next: null},
  ];
  const host = createMemoryHost({
    clock,
    commands: {'systemctl list-timers': JSON.stringify(timers)},
    files: {'/var/lib/jitsi-onebox/update.json': '{"v":1,"checked":"2026-11-22T03:31:00Z","images":{}}'},
  });
  expect(await findOutlook(host)).toEqual([
    {name: 'Last update', text: expect.stringMatching(/; looked for 5 h ago$/)},
    {name: 'Next', text: 'update in 30 min, certbot in 9 h'},
  ]);
});

test('the last update is the newest one that succeeded', async () => {
  const base = await mkdtemp(join(tmpdir(), 'onebox-'));
  const request = {
    command: 'update',
    settings: '',
    facts: '',
    images: {},
    digest: '',
    approved: [],
    by: 'root',
  } as const;
  const last = async () => (await findOutlook(createMemoryHost(), base))[0]?.text;
  for (const [run, exit, text] of [
    ['20261120T080000Z', 1, 'none yet'],
    ['20261121T080000Z', 0, '2026-11-21 08:00 UTC'],
    ['20261122T080000Z', 1, '2026-11-21 08:00 UTC'],
  ] as const) {
    const files = filesOf(run, base);
    await mkdir(files.directory);
    await writeRequest(files, request);
    const end = {v: 1, at: '2026-11-22T08:00:00Z', type: 'run-finished', outcome: 'done', exit, counts: {}, ms: 1};
    await writeFile(files.path, `${JSON.stringify(end)}\n`);
    expect(await last()).toBe(text);
  }
});

test('a systemd without JSON is no fault', async () => {
  const [, next] = await findOutlook(createMemoryHost({commands: {'systemctl list-timers': 'NEXT LEFT'}}));
  expect(next?.text).toBe('systemd does not list its timers');
});

test.each([
  [30_000, '1 min'],
  [-5, '0 min'],
  [3_600_000, '1 h'],
  [400_000_000, '5 d'],
])('%d ms are %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
