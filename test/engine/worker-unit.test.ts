import {mkdtemp, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, onTestFinished, test} from 'vitest';
import {openJournal} from '../../src/engine/journal.ts';
import {claimRun, readRequest} from '../../src/engine/run-files.ts';
import {findGoingRun, launchArgv, launchRun, refuseRun, stopRun} from '../../src/engine/worker-unit.ts';
import {createMemoryHost, type Script} from '../fakes/memory-host.ts';

const program = ['/opt/jitsi-onebox/current/node', '--use-system-ca', '/opt/jitsi-onebox/current/lib/main.mjs'];
const request = {
  command: 'apply',
  settings: 'domain: x\n',
  facts: '{}',
  takeOver: [],
  whenIdle: false,
  digest: 'd',
  approved: [],
  by: 'ada',
} as const;
const idle = 'ActiveState=inactive\nDescription=jitsi-onebox-apply.service\n';
const busy = (run: string) => `ActiveState=active\nDescription=jitsi-onebox run ${run}\n`;

let base = '';

beforeEach(async () => {
  base = join(await mkdtemp(join(tmpdir(), 'onebox-')), 'runs');
});

const createSystemd = (show: Script, run: Script = '') =>
  createMemoryHost({
    files: {'/run/systemd/system': {directory: true}},
    commands: {'systemctl show jitsi-onebox-apply.service': show, 'systemd-run': run, 'systemctl kill': ''},
  });

test('the worker is a unit of a fixed name outside the session, which is given time to stop', () => {
  const argv = launchArgv('20261122T083000Z', program);
  const end = argv.indexOf('--');
  expect(argv.slice(0, end)).toEqual([
    'systemd-run',
    '--quiet',
    '--collect',
    '--unit=jitsi-onebox-apply.service',
    '--description=jitsi-onebox run 20261122T083000Z',
    '--setenv=HOME=/root',
    '--property=Type=exec',
    '--property=KillMode=mixed',
    '--property=TimeoutStopSec=15min',
    '--property=OOMPolicy=continue',
    '--property=UMask=0022',
    '--property=After=docker.service',
  ]);
  expect(argv.slice(end + 1)).toEqual([...program, 'worker', '20261122T083000Z']);
});

test('the approval reaches the worker in a file that only root may read, never in argv', async () => {
  const host = createSystemd(idle);
  const files = await launchRun({host, request, program, base});
  expect(await readRequest(files)).toEqual(request);
  const [name = ''] = (await readdir(files.directory)).filter(each => each !== 'events.jsonl');
  expect((await stat(join(files.directory, name))).mode & 0o777).toBe(0o600);
  expect((await stat(files.directory)).mode & 0o777).toBe(0o700);
  expect(await readFile(join(files.directory, name), 'utf8')).toContain('domain: x');
  expect(host.changes.join('\n')).not.toContain('domain');
});

/** Opens the journal of a run, as its worker does. */
async function beginRun() {
  const first = await claimRun({base});
  const journal = await openJournal(first);
  onTestFinished(() => journal.close());
  const by = 'ada on pts/3';
  journal.append({type: 'run-started', run: first.run, command: 'apply', version: '0', digest: 'd', pid: 1, by});
  return first;
}

test('of two that start at the same time one runs, and the other is told of it and leaves nothing', async () => {
  const {run} = await beginRun();
  const answers = [idle];
  const host = createSystemd(() => answers.shift() ?? busy(run), {
    exitCode: 1,
    stderr: 'Unit jitsi-onebox-apply.service already loaded',
  });
  await expect(launchRun({host, request, program, base})).rejects.toMatchObject({
    code: 'run-in-progress',
    summary: expect.stringMatching(`${run}.*apply.*ada on pts/3.*20\\d\\d-`),
    remedy: expect.stringContaining('jitsi-onebox attach'),
  });
  expect(await readdir(base)).toEqual([run]);
});

test('a start that is refused takes nothing from the run in progress', async () => {
  const first = await beginRun();
  const unfinished = join(first.directory, '.path-1.json.jitsi-onebox');
  await writeFile(unfinished, '');
  const before = await readdir(first.directory);
  const host = createSystemd(busy(first.run));
  await expect(launchRun({host, request, program, base})).rejects.toMatchObject({code: 'run-in-progress'});
  expect(host.changes).toEqual([]);
  expect(before).toContain('reserve');
  expect(await readdir(first.directory)).toEqual(before);
});

test('a systemd that refuses is a problem with its words', async () => {
  const host = createSystemd(idle, {exitCode: 1, stderr: 'Failed to connect to bus'});
  await expect(launchRun({host, request, program, base})).rejects.toMatchObject({
    code: 'worker-not-started',
    summary: expect.stringContaining('Failed to connect to bus'),
  });
});

test.each([
  [busy('20261122T083000Z'), '20261122T083000Z'],
  [busy('20261122T083000Z').replace('active', 'deactivating'), '20261122T083000Z'],
  [busy('20261122T083000Z').replace('active', 'failed'), undefined],
  [idle, undefined],
  [{exitCode: 1, stderr: 'System has not been booted with systemd'}, undefined],
])('when systemd says %j, the run in progress is %s', async (show, run) => {
  expect(await findGoingRun(createSystemd(show))).toBe(run);
});

test('no run begins while another is in progress, nor without systemd', async () => {
  await expect(refuseRun(createSystemd(idle), base)).resolves.toBeUndefined();
  await expect(refuseRun(createSystemd(busy('20261122T083000Z')), base)).rejects.toMatchObject({
    code: 'run-in-progress',
  });
  await expect(refuseRun(createMemoryHost(), base)).rejects.toMatchObject({code: 'no-systemd'});
});

test('a stop is a signal to the worker alone, and none to one that has ended', async () => {
  const host = createSystemd(idle);
  await stopRun(host);
  expect(host.changes).toEqual(['run systemctl kill --kill-whom=main --signal=TERM jitsi-onebox-apply.service']);
  host.commands['systemctl kill'] = {exitCode: 1, stderr: 'not loaded'};
  await expect(stopRun(host)).resolves.toBeUndefined();
});
