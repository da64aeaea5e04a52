import {expect, test, vi} from 'vitest';
import type {Difference, Outlook} from '../../src/model/resource.ts';
import {parseStart, parseTimestamp, readNewestWorker} from '../../src/resources/process-age.ts';
import {parseProperties, systemdUnit} from '../../src/resources/systemd-unit.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {createSystemctl, placeWorkers, type Unit} from './systemd.ts';
import {compare, converge, createWork} from './work.ts';

const pauses = vi.hoisted(() => ({pass: (_ms: number) => {}}));
vi.mock('node:timers/promises', () => ({setTimeout: async (ms: number) => pauses.pass(ms)}));

const now = Date.parse('2026-11-22T08:30:00Z');
const hour = 3_600_000;
const running: Unit = {active: true, enabled: 'enabled', started: now - hour};
const reads = ['/etc/a.conf', '/etc/b.conf'];
const about = {unit: 'a.service', title: 'A', place: 'host', reads} as const;
const service = systemdUnit(about);
const web = systemdUnit({...about, refresh: 'reload'});

/** Makes a machine with one unit, whose files were last written at these times. */
function createMachine(unit: Unit, written: Readonly<Record<string, number>> = {}): MemoryHost {
  const old = {'/etc/a.conf': now - 2 * hour, '/etc/b.conf': now - 2 * hour};
  const files = Object.entries({...old, ...written}).map(([path, modified]) => [path, {content: 'x', modified}]);
  return createMemoryHost({
    clock: now,
    files: Object.fromEntries(files),
    commands: {systemctl: createSystemctl({'a.service': unit})},
  });
}

/** Makes a server that starts a new worker when it reloads, unless its configuration is bad. */
function createServer({
  worker,
  written,
  isBad = false,
}: {
  worker: number;
  written: number;
  isBad?: boolean;
}): MemoryHost {
  const units = {'a.service': {...running, master: 100}};
  const host = createMemoryHost({
    clock: now,
    files: {'/etc/a.conf': {content: 'x', modified: written}},
    commands: {
      systemctl: createSystemctl(units, verb => {
        if (verb === 'reload' && !isBad) placeWorkers(host, 100, [worker, now]);
      }),
      journalctl: '[emerg] unknown directive\n',
    },
  });
  placeWorkers(host, 100, [worker - hour, worker]);
  return host;
}

const systemctl = (...words: string[]) => ['daemon-reload', ...words].map(word => `run systemctl ${word}`);

const superseded = systemdUnit({
  ...about,
  wanted: {active: false},
  onlyWhile: {path: '/etc/a.conf', holds: text => text === 'x'},
});

testContract([
  {
    name: 'a service that was started from a foreign unit file',
    resource: superseded,
    machine: () => createMachine({...running}),
    differs: ['remove'],
    does: ['run systemctl stop a.service'],
  },
  {
    name: 'a unit that ends its connections before',
    resource: systemdUnit({...about, wanted: {active: false}, drain: {signal: 'SIGTTOU', milliseconds: 2000}}),
    machine: () => createMachine({...running}),
    differs: ['remove'],
    does: ['run systemctl kill --signal=SIGTTOU a.service', 'run systemctl stop a.service'],
  },
  {
    name: 'a stopped and disabled unit',
    resource: service,
    machine: () => createMachine({active: false, enabled: 'disabled', started: 0}),
    differs: ['update', 'start'],
    does: systemctl('enable --quiet a.service', 'start a.service'),
  },
  {
    name: 'a running but disabled unit',
    resource: service,
    machine: () => createMachine({...running, enabled: 'disabled'}),
    differs: ['update'],
    does: systemctl('enable --quiet a.service'),
  },
  {
    name: 'a unit older than a file it reads',
    resource: service,
    machine: () => createMachine(running, {'/etc/b.conf': now - 1}),
    differs: ['restart'],
    does: systemctl('restart a.service'),
  },
  {
    name: 'a server whose workers are older than a file',
    resource: web,
    machine: () => createServer({worker: now - hour, written: now - 60_000}),
    differs: ['reload'],
    does: systemctl('reload a.service'),
  },
]);

test('a static unit counts as enabled', async () => {
  expect(await compare(service, createMachine({...running, enabled: 'static'}))).toEqual([]);
});

test('a reloading unit counts as running', async () => {
  expect(await compare(service, createMachine({...running, reloading: true}))).toEqual([]);
});

test('a stopped unit only has to be started', async () => {
  const host = createMachine({active: false, enabled: 'enabled', started: 0}, {'/etc/a.conf': now});
  expect(await compare(service, host)).toEqual([{change: 'start', summary: 'start a.service'}]);
});

test('a file from the future causes one restart, not two', async () => {
  const host = createMachine(running, {'/etc/a.conf': now + hour});
  await converge(service, host);
  expect(host.changes).toContain('run systemctl restart a.service');
  expect(await compare(service, host)).toEqual([]);
});

test.each([
  ['the link itself', {link: now, target: 0}],
  ['the target of the link', {link: 0, target: now}],
])('%s counts when it is newer', async (_name, {link, target}) => {
  const host = createMachine(running, {'/etc/target.conf': target});
  host.tree.set('/etc/a.conf', {type: 'link', content: 'target.conf', mode: 0o777, uid: 0, gid: 0, modified: link});
  expect((await compare(service, host)).map(({summary}) => summary)).toEqual(['restart a.service, for /etc/a.conf']);
});

test("the age of the workers counts, not systemd's time stamp, which a failed reload updates too", async () => {
  const host = createServer({worker: now - hour, written: now - 60_000});
  host.commands.systemctl = createSystemctl({'a.service': {...running, started: now, master: 100}});
  expect((await compare(web, host)).map(({change}) => change)).toEqual(['reload']);
  const fresh = createServer({worker: now - 30_000, written: now - 60_000});
  expect(await compare(web, fresh)).toEqual([]);
});

test('a unit is out of date if the plan changes a file it reads', async () => {
  const host = createMachine(running);
  const state = await service.read(host);
  const planned = (difference: Difference): Outlook => ({
    changes: id => (id === 'file:/etc/b.conf' ? [difference] : []),
  });
  expect(service.diff(state, planned({change: 'update', summary: 'text', content: true}))).toEqual([
    {change: 'restart', summary: 'restart a.service, for /etc/b.conf'},
  ]);
  expect(service.diff(state, planned({change: 'update', summary: 'mode'}))).toEqual([]);
});

test('a unit that the user masked is not unmasked', async () => {
  const show = 'LoadState=masked\nActiveState=inactive\nUnitFileState=masked\nMainPID=0\n';
  const host = createMemoryHost({commands: {systemctl: show}});
  await expect(compare(service, host)).rejects.toMatchObject({
    code: 'unit-masked',
    remedy: expect.stringContaining('systemctl unmask a.service'),
  });
  expect(await compare(superseded, host)).toEqual([]);
});

test('a reload ends when a new worker has started', async () => {
  const host = createServer({worker: now - hour, written: now - 60_000, isBad: true});
  let waits = 0;
  pauses.pass = () => {
    if (++waits === 4) placeWorkers(host, 100, [now]);
  };
  await converge(web, host);
  expect(waits).toBe(4);
  expect(await compare(web, host)).toEqual([]);
});

test('a reload without new workers is a failure that quotes the journal', async () => {
  const host = createServer({worker: now - hour, written: now - 60_000, isBad: true});
  pauses.pass = ms => {
    host.clock += ms;
    // The wall clock drifts a little between reads; that must not make a worker look newer.
    placeWorkers(host, 100, [now - hour]);
    host.clock += 9;
  };
  await expect(converge(web, host)).rejects.toMatchObject({
    code: 'service-failed',
    summary: expect.stringContaining('unknown directive'),
  });
});

test('a unit that does not start is a problem that quotes the journal', async () => {
  const host = createMachine({active: false, enabled: 'enabled', started: 0});
  host.commands['systemctl start'] = {exitCode: 1, stderr: 'Job failed.\n'};
  host.commands.journalctl = 'bind: address already in use\n';
  await expect(converge(service, host)).rejects.toMatchObject({
    code: 'service-failed',
    summary: expect.stringContaining('address already in use'),
  });
});

test('only the differences are applied, after a daemon-reload', async () => {
  const host = createMachine(running);
  await service.apply(createWork(host), await service.read(host), [{change: 'update', summary: 'enable a.service'}]);
  expect(host.changes).toEqual(systemctl('enable --quiet a.service'));
});

test('values in the output of systemctl show may contain =', () => {
  expect(parseProperties('A=1\nEnvironment=X=y\n').get('Environment')).toBe('X=y');
});

test.each([
  ['Sun 2026-11-22 08:30:00.123456 UTC', '2026-11-22T08:30:00.123Z'],
  ['', undefined],
  [undefined, undefined],
  ['n/a', undefined],
])('the time %j is %j', (text, expected) => {
  expect(parseTimestamp(text)).toBe(expected && Date.parse(expected));
});

test('the start time is parsed after any process name', () => {
  const rest = `S ${'0 '.repeat(18)}123456 0`;
  expect(parseStart(`7 (nginx) ${rest}`)).toBe(1234.56);
  expect(parseStart(`7 (a) 9 (b)) ${rest}`)).toBe(1234.56);
  expect(parseStart('')).toBeUndefined();
});

test('a master without children has no newest worker', async () => {
  const host = createMemoryHost({clock: now});
  expect(await readNewestWorker(host, 100)).toBeUndefined();
  placeWorkers(host, 100, []);
  expect(await readNewestWorker(host, 100)).toBeUndefined();
  placeWorkers(host, 100, [now - 5000, now - 1000, now - 3000]);
  expect(await readNewestWorker(host, 100)).toBe(now - 1000);
});

test.each([
  ['it does not run', createMachine({...running, active: false})],
  ['its unit file is ours', createMemoryHost({files: {'/etc/a.conf': 'y'}})],
  ['it has no unit file yet', createMemoryHost()],
])('a superseded service is not stopped if %s', async (_name, host) => {
  expect(await compare(superseded, host)).toEqual([]);
});
