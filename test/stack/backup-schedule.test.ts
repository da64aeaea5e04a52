import {expect, test} from 'vitest';
import {openRound} from '../../src/engine/checks.ts';
import {makePlan} from '../../src/engine/plan.ts';
import {nameBackup, readMoment, sortBackups} from '../../src/stack/backup-schedule.ts';
import {drawStack} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from './input.ts';

const {document} = makeInput();
const draw = (settings: string) => drawStack(makeInput({settings: `${document}backup: {${settings}}\n`}));
const now = Date.parse('2026-11-29T08:00:00Z');
const unit = '/etc/systemd/system/jitsi-onebox-backup.service';

test('a backup of the timer is known by its name, which says when it was made', () => {
  const name = nameBackup(now);
  expect(name).toBe('jitsi-onebox-20261129T080000Z.backup');
  expect(readMoment(name)).toBe(now);
  const older = nameBackup(now - 86_400_000);
  expect(sortBackups([older, 'meet.backup', `${name}.old`, name, '.jitsi-onebox-20261129T080000Z.backup'])).toEqual([
    name,
    older,
  ]);
});

test('the timer is there if a time is set, and removed if none is', async () => {
  const plan = async (settings: string, files = {}) => {
    const show = 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=0\n';
    const host = createMemoryHost({files, commands: {'systemctl show': show}});
    const resources = draw(settings).resources.filter(({id}) => id.includes('jitsi-onebox-backup'));
    return (await makePlan({resources, host})).changes.map(({id, change}) => [id, change]);
  };
  expect(await plan("at: '02:30'")).toEqual(
    expect.arrayContaining([
      [`file:${unit}`, 'create'],
      ['file:/etc/systemd/system/jitsi-onebox-backup.timer', 'create'],
    ]),
  );
  expect(await plan('at: off', {[unit]: '# Written by jitsi-onebox\n'})).toContainEqual([`file:${unit}`, 'remove']);
});

test.each([
  ['a young backup', {'jitsi-onebox-20261129T023000Z.backup': ''}, 'success', 'ok', '5 hours old'],
  ['none yet, since yesterday', {}, 'success', 'ok', 'made at 02:30'],
  ['an old one', {'jitsi-onebox-20261126T023000Z.backup': ''}, 'success', 'warning', 'for 3 days'],
  ['one from the future', {'jitsi-onebox-20270101T000000Z.backup': ''}, 'success', 'warning', 'is from the future'],
  ['a file of somebody else only', {'meet.backup': ''}, 'success', 'ok', 'made at 02:30'],
  ['a failure', {'jitsi-onebox-20261129T023000Z.backup': ''}, 'exit-code', 'warning', 'The last backup failed'],
])('the check of the age, with %s', async (_what, names, result, state, summary) => {
  const files = Object.fromEntries(
    Object.entries(names).map(([name, text]) => [`/var/backups/jitsi-onebox/${name}`, text]),
  );
  const host = createMemoryHost({
    clock: now,
    files: {...files, [unit]: {content: '', modified: now - 86_400_000}},
    commands: {'systemctl show jitsi-onebox-backup.service': `${result}\n`},
  });
  const check = draw("at: '02:30'").checks.find(({code}) => code === 'backup-age');
  const finding = await check?.run(openRound(host, new AbortController().signal).context);
  expect(finding).toMatchObject({state, summary: expect.stringContaining(summary)});
});

test('without a time nobody asks for the age', () => {
  expect(draw('at: off').checks.map(({code}) => code)).not.toContain('backup-age');
});
