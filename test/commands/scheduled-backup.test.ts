import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {makeScheduledBackup} from '../../src/commands/scheduled-backup.ts';
import {nameBackup} from '../../src/stack/index.ts';
import {hostIn} from '../fakes/host-in.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

// The format makes guessing slow.
vi.setConfig({testTimeout: 60_000});
const backups = '/var/backups/jitsi-onebox';
const now = Date.parse('2026-11-29T02:30:00Z');
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scheduled-'));
});
afterEach(() => rm(root, {recursive: true}));

test('the new backup stays, also if a clock that ran ahead named the others', async () => {
  const passphrase = join(root, 'passphrase');
  const files = {
    [passphrase]: 'nine words of a sentence that nobody guesses\n',
    [`${root}${passphrase}`]: '',
    [`${root}/etc/jitsi-onebox/settings.yaml`]: `domain: meet.example.org
contact: a@example.org
turn: {enabled: false}
backup: {at: '02:30', keep: 2, passphrase-file: ${passphrase}}
`,
    [`${root}${backups}/jitsi-onebox-20300101T000000Z.backup`]: '',
    [`${root}${backups}/jitsi-onebox-20300102T000000Z.backup`]: '',
    [`${root}${backups}/mine.backup`]: '',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(path), {recursive: true});
    await writeFile(path, content, {mode: 0o600});
  }
  const machine = {host: {...hostIn(root), now: () => now}};
  const context = {invocation: readArguments(['backup', '--scheduled']), machine} as unknown as CommandContext;
  expect(await makeScheduledBackup(context, () => {})).toBe(0);
  expect(await readdir(root + backups)).toEqual([
    nameBackup(now),
    'jitsi-onebox-20300102T000000Z.backup',
    'mine.backup',
  ]);
});

test.each([
  [undefined, 'is not there'],
  [{directory: true}, 'is not a file'],
  [{content: '', uid: 1000}, 'does not belong to root'],
  [{content: '', mode: 0o640}, 'can be read by others than root: its mode is 640'],
] as const)('a passphrase in %j makes no backup, and it says why', async (entry, fault) => {
  const settings =
    "domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\nbackup: {at: '02:30', passphrase-file: /root/words}\n";
  const host = createMemoryHost({
    files: {'/etc/jitsi-onebox/settings.yaml': settings, ...(entry && {'/root/words': entry})},
  });
  const context = {invocation: readArguments(['backup', '--scheduled']), machine: {host}} as unknown as CommandContext;
  await expect(makeScheduledBackup(context, () => {})).rejects.toMatchObject({
    code: 'passphrase-unusable',
    summary: `No backup was made: /root/words, the file with the passphrase, ${fault}.`,
  });
  expect(host.changes).toEqual([]);
});
