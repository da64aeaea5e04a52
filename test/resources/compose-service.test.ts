import {expect, test, vi} from 'vitest';
import type {Difference, Outlook} from '../../src/model/resource.ts';
import {digestLabel} from '../../src/resources/compose.ts';
import {composeService} from '../../src/resources/compose-service.ts';
import {compose, createEngine, healthy, now, project} from './compose-engine.ts';
import {testContract} from './contract.ts';
import {compare, converge} from './work.ts';

const pauses = vi.hoisted(() => ({pass: (_ms: number) => {}}));
vi.mock('node:timers/promises', () => ({setTimeout: async (ms: number) => pauses.pass(ms)}));

const web = composeService({
  project,
  service: 'web',
  title: 'Web',
  place: 'web',
  needs: [],
  digest: 'new',
  reads: ['/srv/jitsi/.env'],
});
const up = [`${compose} up --detach --no-deps web`];
const upForced = [`${compose} up --detach --no-deps --force-recreate web`];

testContract([
  {
    name: 'a service without a container',
    resource: web,
    machine: () => createEngine([]),
    differs: ['create'],
    does: up,
  },
  {
    name: 'a container of an older definition',
    resource: web,
    machine: () => createEngine([{...healthy, labels: {[digestLabel]: 'old'}}]),
    differs: ['update'],
    does: up,
  },
  {
    name: 'a container of a foreign definition',
    resource: web,
    machine: () => createEngine([{...healthy, labels: {}}]),
    differs: ['update'],
    does: up,
  },
  {
    name: 'a stopped container',
    resource: web,
    machine: () => createEngine([{...healthy, running: false, started: undefined}]),
    differs: ['start'],
    does: up,
  },
  {
    name: 'an unhealthy container',
    resource: web,
    machine: () => createEngine([{...healthy, health: 'unhealthy'}]),
    differs: ['restart'],
    does: upForced,
  },
  {
    name: 'a container older than the passwords it reads',
    resource: web,
    machine: () => createEngine([healthy], now - 1),
    differs: ['restart'],
    does: upForced,
  },
  {
    name: 'a container that is still starting',
    resource: web,
    machine: () => createEngine([{...healthy, health: 'starting'}]),
    differs: ['start'],
    does: up,
  },
]);

test('a container is stale if the plan changes its passwords', async () => {
  const outlook = (difference: Difference): Outlook => ({
    changes: id => (id === 'file:/srv/jitsi/.env' ? [difference] : []),
  });
  const state = await web.read(createEngine([healthy]));
  const [change] = web.diff(state, outlook({change: 'update', summary: 'text', content: true}));
  expect(change).toMatchObject({change: 'restart', summary: expect.stringContaining('/srv/jitsi/.env')});
  expect(web.diff(state, outlook({change: 'update', summary: 'mode'}))).toEqual([]);
});

test('the lock is released when the container runs, before it is healthy', async () => {
  const host = createEngine([]);
  host.commands['docker compose'] = () => {
    host.containers.jitsi = [{...healthy, health: 'starting'}];
    return '';
  };
  let waits = 0;
  pauses.pass = () => {
    if (++waits === 5) host.containers.jitsi = [healthy];
  };
  const {releases, lines} = await converge(web, host);
  expect([releases, waits, lines]).toEqual([1, 5, ['web is running, starting']]);
});

test.each([
  ['that turns unhealthy', {health: 'unhealthy', healthOutput: 'curl: (22) 502\n'}, 'curl: (22) 502'],
  ['that ends', {running: false, health: 'none'}, 'not running'],
  ['that never becomes healthy', {health: 'starting'}, 'running, starting'],
] as const)('a container %s is a problem that reports its state', async (_name, state, summary) => {
  const host = createEngine([]);
  host.commands['docker compose'] = () => {
    host.containers.jitsi = [{...healthy, ...state}];
    return '';
  };
  pauses.pass = () => {
    host.clock += 60_000;
  };
  await expect(converge(web, host)).rejects.toMatchObject({
    code: 'container-unhealthy',
    summary: expect.stringContaining(summary),
  });
});

test.each([
  [
    'that ends again and again: its last start is not waited for',
    {restarts: 5},
    'listening\nFATAL ERROR: password s3cret of two words must be changed, or the token t0ken\n',
    /ended 5 times.*FATAL ERROR: password ••• must be changed, or the token •••/s,
    2000,
  ],
  [
    'that has named a fault and says nothing more',
    {restarts: 0},
    'WARNING: cannot open the private key file\nready\n',
    /cannot open the private key/,
    40_000,
  ],
  ['that says only that it starts', {restarts: 0}, 'waiting for others\n', /waiting for others/, 330_000],
] as const)('a container %s', async (_name, later, log, summary, within) => {
  const host = createEngine([]);
  host.tree.set('/srv/jitsi/.env', {
    ...host.tree.get('/srv/jitsi/.env'),
    content: 'JVB_AUTH_PASSWORD="s3cret of two words"\nHOOK_TOKEN=t0ken\n',
  } as never);
  host.commands['docker compose'] = () => {
    host.containers.jitsi = [{...healthy, health: 'starting'}];
    return '';
  };
  host.commands['docker logs'] = {stdout: '', stderr: log};
  pauses.pass = ms => {
    host.clock += ms;
    host.containers.jitsi = [{...healthy, health: 'starting', ...later}];
  };
  await expect(converge(web, host)).rejects.toMatchObject({
    code: 'container-unhealthy',
    summary: expect.stringMatching(summary),
  });
  expect(host.clock - now).toBeLessThan(within);
});

test('a container that has named a fault and computes is waited for', async () => {
  const host = createEngine([]);
  const busy = {...healthy, health: 'starting', pid: 77} as const;
  let used = 0;
  host.commands['docker compose'] = () => {
    host.containers.jitsi = [busy];
    return '';
  };
  host.commands['docker logs'] = 'cannot find a file, going on without\n';
  const write = (path: string, content: string) =>
    host.tree.set(path, {...host.tree.get('/srv/jitsi/.env'), content} as never);
  write('/proc/77/cgroup', '0::/system.slice/docker-web.scope\n');
  pauses.pass = ms => {
    host.clock += ms;
    used += ms * 1000;
    write('/sys/fs/cgroup/system.slice/docker-web.scope/cpu.stat', `usage_usec ${used}\nuser_usec 1\n`);
    if (host.clock > now + 100_000) host.containers.jitsi = [healthy];
  };
  const {lines} = await converge(web, host);
  expect(lines).toEqual(['web is running, starting']);
});

test('a container without a health check is healthy when it runs', async () => {
  expect(await compare(web, createEngine([{...healthy, health: 'none'}]))).toEqual([]);
});
