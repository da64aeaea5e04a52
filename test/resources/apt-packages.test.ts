import {expect, test, vi} from 'vitest';
import type {Command} from '../../src/model/host.ts';
import {aptPackages} from '../../src/resources/apt-packages.ts';
import {parseLocks} from '../../src/resources/held-locks.ts';
import {createMemoryHost, type MemoryHost, type Script} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, mend} from './work.ts';

const pauses = vi.hoisted(() => ({pass: () => {}}));
vi.mock('node:timers/promises', () => ({setTimeout: async () => pauses.pass()}));

const servers = aptPackages({name: 'servers', packages: ['nginx', 'haproxy'], title: 'Servers', place: 'host'});
const policy = '/usr/sbin/policy-rc.d';
const lists = {'/var/lib/apt/lists/deb_main_Packages': ''};
const install =
  'run apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 install';
const mendAll = install.replace(' install', ' --fix-broken install');
const configure = 'run dpkg --configure -a --force-confold';

/** A Debian whose dpkg knows these packages in these states. */
function createDebian(states: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = lists) {
  const packages = new Map(Object.entries(states));
  const settle = (names: readonly string[]) => {
    for (const name of names) packages.set(name, 'installed');
    return '';
  };
  return createMemoryHost({
    files: {'/usr/sbin': {directory: true}, ...files},
    commands: {
      'dpkg-query --show': () => [...packages].map(([name, state]) => `${name} ${state}\n`).join(''),
      'dpkg --configure': () => settle([...packages.keys()]),
      'apt-get': '',
      'apt-get -q -y': ({argv}: Command) => settle(argv.slice(argv.indexOf('install') + 1)),
    },
  });
}

/** All is installed, but the last steps stand only in dpkg's journal. */
function createKilled() {
  const host = createDebian(
    {nginx: 'installed', haproxy: 'installed'},
    {...lists, '/var/lib/dpkg/updates/0003': 'Package: haproxy\n'},
  );
  host.commands['dpkg --configure'] = () => {
    host.tree.delete('/var/lib/dpkg/updates/0003');
    return '';
  };
  return host;
}

const hold = [`write ${policy}`];
const letGo = [`remove ${policy}`];

testContract([
  {
    name: 'a package that dpkg was killed in the midst of unpacking, ours or not',
    resource: servers,
    machine: () => {
      const host = createDebian({nginx: 'installed', haproxy: 'installed', libjemalloc2: 'unpacked reinstreq'});
      return Object.assign(host, {commands: Object.assign(host.commands, {'dpkg --configure': {exitCode: 1}})});
    },
    differs: ['update'],
    does: [...hold, configure, `${mendAll.replace(' install', ' --reinstall install')} libjemalloc2`, ...letGo],
  },
  {
    name: 'packages of which one is missing',
    resource: servers,
    machine: () => createDebian({nginx: 'installed', haproxy: 'not-installed'}),
    differs: ['create'],
    does: [...hold, `${install} haproxy`, ...letGo],
  },
  {
    name: 'packages on a machine that never fetched an index',
    resource: servers,
    machine: () => createDebian({}, {}),
    differs: ['create'],
    does: [...hold, 'run apt-get -q update', `${install} nginx haproxy`, ...letGo],
  },
  {
    name: 'packages beside a dpkg that was interrupted, at a package that is not ours',
    resource: servers,
    machine: () => createDebian({nginx: 'installed', haproxy: 'installed', 'man-db': 'half-configured'}),
    differs: ['update'],
    does: [...hold, configure, mendAll, ...letGo],
  },
  {
    name: 'packages beside a dpkg that was killed before it wrote its own list',
    resource: servers,
    machine: () => createKilled(),
    differs: ['update'],
    does: [...hold, configure, mendAll, ...letGo],
  },
  {
    name: 'packages missing beside a dpkg that was interrupted',
    resource: servers,
    machine: () => createDebian({nginx: 'unpacked'}),
    differs: ['update', 'create'],
    does: [...hold, configure, `${mendAll} nginx haproxy`, ...letGo],
  },
]);

test('an index of more than an hour ago is fetched again', async () => {
  const host = createDebian({});
  host.clock += 2 * 3_600_000;
  await mend(servers, host);
  expect(host.changes).toContain('run apt-get -q update');
});

test('while packages are installed none may start its service, and afterwards all may again', async () => {
  const host = createDebian({});
  const seen: unknown[] = [];
  host.commands['apt-get -q -y'] = () => {
    seen.push(host.tree.get(policy));
    return {exitCode: 100, stderr: 'E: Unable to correct problems\n'};
  };
  await expect(mend(servers, host)).rejects.toMatchObject({code: 'packages-failed'});
  expect(seen).toEqual([expect.objectContaining({mode: 0o755, content: expect.stringContaining('exit 101')})]);
  expect(host.tree.has(policy)).toBe(false);
});

test('a policy that a killed run left behind is found and taken away, without any package to install', async () => {
  const host = createDebian({nginx: 'installed', haproxy: 'installed'});
  let left = '';
  host.commands['dpkg --configure'] = async () => {
    left = (await host.files.read(policy)) ?? '';
    return '';
  };
  await mend(servers, withBroken(host));
  await host.files.write(policy, left, {mode: 0o755, uid: 0, gid: 0});
  const settled = createDebian({nginx: 'installed', haproxy: 'installed'}, {[policy]: left});
  expect((await compare(servers, settled)).map(({change}) => change)).toEqual(['remove']);
  await mend(servers, settled);
  expect(settled.tree.has(policy)).toBe(false);
});

test("the owner's own policy stays", async () => {
  const host = createDebian({}, {...lists, [policy]: '#!/bin/sh\nexit 0\n'});
  await mend(servers, host);
  expect(host.tree.get(policy)?.content).toBe('#!/bin/sh\nexit 0\n');
});

test('an index that the mirror is ahead of is fetched again, once', async () => {
  const host = createDebian({nginx: 'installed'});
  const {'apt-get -q -y': installs} = host.commands;
  host.commands['apt-get -q -y'] = {exitCode: 100, stderr: 'Err:1 http://deb.debian.org haproxy\n  404  Not Found\n'};
  host.commands['apt-get -q update'] = (command, _host) => {
    host.commands['apt-get -q -y'] = installs ?? '';
    return command.argv.length === 3 ? '' : undefined;
  };
  await mend(servers, host);
  expect(host.changes.filter(change => change.includes('apt-get'))).toEqual([
    `${install} haproxy`,
    'run apt-get -q update',
    `${install} haproxy`,
  ]);
});

test('what dpkg cannot finish by itself is left to apt', async () => {
  const host = createDebian({nginx: 'installed', haproxy: 'unpacked'});
  host.commands['dpkg --configure'] = {exitCode: 1, stderr: 'dependency problems - leaving unconfigured\n'};
  await mend(servers, host);
  expect(host.changes).toContain(`${mendAll} haproxy`);
});

test('somebody who takes a lock in the last moment is waited for too, but not for ever', async () => {
  const host = createDebian({nginx: 'installed'});
  const {'apt-get -q -y': installs = ''} = host.commands;
  const refusal = {exitCode: 100, stderr: 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 812\n'};
  let tries = 0;
  host.commands['apt-get -q -y'] = (command, machine) => {
    if (++tries < 3) return refusal;
    return typeof installs === 'function' ? installs(command, machine) : installs;
  };
  await mend(servers, host);
  expect(tries).toBe(3);
  host.commands['apt-get -q -y'] = refusal;
  await expect(mend(servers, withBroken(host))).rejects.toMatchObject({
    code: 'packages-failed',
    summary: expect.stringContaining('process 812'),
  });
});

test.each([
  ["E: You don't have enough free space in /var/cache/apt/archives/.", 'disk-full'],
  ['dpkg: error: No space left on device', 'disk-full'],
  ['E: Unable to locate package haproxy', 'packages-failed'],
  ['E: Failed to fetch http://deb.debian.org/h.deb  404  Not Found [IP: 198.18.0.1 3142]', 'mirror-failed'],
  ['E: Held packages were changed and -y was used without --allow-change-held-packages.', 'package-held'],
])('apt that says "%s" is a problem called %s', async (stderr, code) => {
  const host = createDebian({});
  host.commands['apt-get -q -y'] = {exitCode: 100, stderr};
  await expect(mend(servers, host)).rejects.toMatchObject({code, summary: expect.stringContaining(stderr)});
});

test("the owner is shown apt's complaints, not all that it said", async () => {
  const host = createDebian({});
  host.commands['apt-get -q -y'] = {
    exitCode: 100,
    stdout: 'Reading package lists...\n',
    stderr: 'E: Broken packages\n',
  };
  await expect(mend(servers, host)).rejects.toMatchObject({
    summary: 'apt could not install the packages:\nE: Broken packages',
  });
});

test('nobody is asked anything, and nothing is restarted on the side', async () => {
  const host = createDebian({});
  const environments: unknown[] = [];
  host.commands['apt-get -q -y'] = ({env}) => {
    environments.push(env);
    return '';
  };
  await mend(servers, host);
  expect(environments).toEqual([
    expect.objectContaining({DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1'}),
  ]);
});

test('whoever holds a lock is waited for by name, and told once', async () => {
  const host = createDebian(
    {nginx: 'installed'},
    {
      ...lists,
      '/proc/locks': '1: POSIX  ADVISORY  WRITE 812 fe:00:4712 0 EOF\n2: FLOCK  ADVISORY  WRITE 7 fe:00:9 0 EOF\n',
      '/proc/812/comm': 'unattended-upgr\n',
    },
  );
  host.commands['stat --format=%i'] = {exitCode: 1, stdout: '4711\n4712\n', stderr: 'stat: cannot statx\n'};
  let waits = 0;
  pauses.pass = () => {
    if (++waits === 3) host.tree.delete('/proc/locks');
  };
  const {lines} = await mend(servers, host);
  expect(lines).toEqual(['waiting for unattended-upgr (process 812) to finish with apt']);
  expect(waits).toBe(3);
  expect(host.changes).toContain(`${install} haproxy`);
});

test('the locks of the kernel are read as proc(5) writes them', () => {
  const text = [
    '1: POSIX  ADVISORY  WRITE 812 fe:00:4711 0 EOF',
    '1: -> POSIX  ADVISORY  WRITE 900 fe:00:4711 0 EOF',
    '10: FLOCK  ADVISORY  READ -1 00:1a:12 0 EOF',
    '2: OFDLCK ADVISORY  WRITE 33 103:02:77 128 128',
    '',
  ];
  expect(parseLocks(text.join('\n'))).toEqual([
    {pid: '812', inode: '4711'},
    {pid: '33', inode: '77'},
  ]);
});

function withBroken(host: MemoryHost): MemoryHost {
  const query: Script = 'nginx installed\nhaproxy installed\nman-db half-installed\n';
  return Object.assign(host, {commands: Object.assign(host.commands, {'dpkg-query --show': query})});
}
