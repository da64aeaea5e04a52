import {expect, test, vi} from 'vitest';
import {testContract} from './contract.ts';
import {configure, createDebian, fixBroken, install, lists, policy, servers, withBroken} from './debian.ts';
import {compare, converge} from './work.ts';

vi.mock('node:timers/promises', () => ({setTimeout: async () => {}}));

/** Makes a Debian where everything is installed, but the last steps are only in dpkg's journal. */
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
const release = [`remove ${policy}`];

testContract([
  {
    name: 'a package, ours or not, that was being unpacked when dpkg was killed',
    resource: servers,
    machine: () => {
      const host = createDebian({nginx: 'installed', haproxy: 'installed', libjemalloc2: 'unpacked reinstreq'});
      return Object.assign(host, {commands: Object.assign(host.commands, {'dpkg --configure': {exitCode: 1}})});
    },
    differs: ['update'],
    does: [...hold, configure, `${fixBroken.replace(' install', ' --reinstall install')} libjemalloc2`, ...release],
  },
  {
    name: 'packages of which one is missing',
    resource: servers,
    machine: () => createDebian({nginx: 'installed', haproxy: 'not-installed'}),
    differs: ['create'],
    does: [...hold, `${install} haproxy`, ...release],
  },
  {
    name: 'packages on a machine without a package index',
    resource: servers,
    machine: () => createDebian({}, {}),
    differs: ['create'],
    does: [...hold, 'run apt-get -q update', `${install} nginx haproxy`, ...release],
  },
  {
    name: 'packages after dpkg was interrupted at a foreign package',
    resource: servers,
    machine: () => createDebian({nginx: 'installed', haproxy: 'installed', 'man-db': 'half-configured'}),
    differs: ['update'],
    does: [...hold, configure, fixBroken, ...release],
  },
  {
    name: 'packages after dpkg was killed before it wrote its status file',
    resource: servers,
    machine: () => createKilled(),
    differs: ['update'],
    does: [...hold, configure, fixBroken, ...release],
  },
  {
    name: 'missing packages after dpkg was interrupted',
    resource: servers,
    machine: () => createDebian({nginx: 'unpacked'}),
    differs: ['update', 'create'],
    does: [...hold, configure, `${fixBroken} nginx haproxy`, ...release],
  },
]);

test('an index more than an hour old is fetched again', async () => {
  const host = createDebian({});
  host.clock += 2 * 3_600_000;
  await converge(servers, host);
  expect(host.changes).toContain('run apt-get -q update');
});

test('services may not start while packages are installed, and may start afterwards', async () => {
  const host = createDebian({});
  const seen: unknown[] = [];
  host.commands['apt-get -q -y'] = () => {
    seen.push(host.tree.get(policy));
    return {exitCode: 100, stderr: 'E: Unable to correct problems\n'};
  };
  await expect(converge(servers, host)).rejects.toMatchObject({code: 'packages-failed'});
  expect(seen).toEqual([expect.objectContaining({mode: 0o755, content: expect.stringContaining('exit 101')})]);
  expect(host.tree.has(policy)).toBe(false);
});

test('a policy left behind by a killed run is removed even if no package is missing', async () => {
  const host = createDebian({nginx: 'installed', haproxy: 'installed'});
  let left = '';
  host.commands['dpkg --configure'] = async () => {
    left = (await host.files.read(policy)) ?? '';
    return '';
  };
  await converge(servers, withBroken(host));
  await host.files.write(policy, left, {mode: 0o755, uid: 0, gid: 0});
  const installed = createDebian({nginx: 'installed', haproxy: 'installed'}, {[policy]: left});
  expect((await compare(servers, installed)).map(({change}) => change)).toEqual(['remove']);
  await converge(servers, installed);
  expect(installed.tree.has(policy)).toBe(false);
});

test('a foreign policy is kept', async () => {
  const host = createDebian({}, {...lists, [policy]: '#!/bin/sh\nexit 0\n'});
  await converge(servers, host);
  expect(host.tree.get(policy)?.content).toBe('#!/bin/sh\nexit 0\n');
});

test('an index older than the mirror is fetched again, once', async () => {
  const host = createDebian({nginx: 'installed'});
  const {'apt-get -q -y': installs} = host.commands;
  host.commands['apt-get -q -y'] = {exitCode: 100, stderr: 'Err:1 http://deb.debian.org haproxy\n  404  Not Found\n'};
  host.commands['apt-get -q update'] = (command, _host) => {
    host.commands['apt-get -q -y'] = installs ?? '';
    return command.argv.length === 3 ? '' : undefined;
  };
  await converge(servers, host);
  expect(host.changes.filter(change => change.includes('apt-get'))).toEqual([
    `${install} haproxy`,
    'run apt-get -q update',
    `${install} haproxy`,
  ]);
});

test('packages that dpkg cannot configure alone are left to apt', async () => {
  const host = createDebian({nginx: 'installed', haproxy: 'unpacked'});
  host.commands['dpkg --configure'] = {exitCode: 1, stderr: 'dependency problems - leaving unconfigured\n'};
  await converge(servers, host);
  expect(host.changes).toContain(`${fixBroken} haproxy`);
});

test.each([
  ["E: You don't have enough free space in /var/cache/apt/archives/.", 'disk-full'],
  ['dpkg: error: No space left on device', 'disk-full'],
  ['E: Unable to locate package haproxy', 'packages-failed'],
  ['E: Failed to fetch http://deb.debian.org/h.deb  404  Not Found [IP: 198.18.0.1 3142]', 'mirror-failed'],
  ['E: Held packages were changed and -y was used without --allow-change-held-packages.', 'package-held'],
])('the apt error "%s" is reported as %s', async (stderr, code) => {
  const host = createDebian({});
  host.commands['apt-get -q -y'] = {exitCode: 100, stderr};
  await expect(converge(servers, host)).rejects.toMatchObject({code, summary: expect.stringContaining(stderr)});
});

test("a failure shows apt's errors, not its whole output", async () => {
  const host = createDebian({});
  host.commands['apt-get -q -y'] = {
    exitCode: 100,
    stdout: 'Reading package lists...\n',
    stderr: 'E: Broken packages\n',
  };
  await expect(converge(servers, host)).rejects.toMatchObject({
    summary: 'apt could not install the packages:\nE: Broken packages',
  });
});

test('apt runs without questions and without restarting services', async () => {
  const host = createDebian({});
  const environments: unknown[] = [];
  host.commands['apt-get -q -y'] = ({env}) => {
    environments.push(env);
    return '';
  };
  await converge(servers, host);
  expect(environments).toEqual([
    expect.objectContaining({DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1'}),
  ]);
});
