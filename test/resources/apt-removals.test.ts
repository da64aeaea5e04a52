import {expect, test} from 'vitest';
import type {Snapshot} from '../../src/model/snapshot.ts';
import {aptPackages, restorePackages} from '../../src/resources/apt-packages.ts';
import {findLost} from '../../src/resources/apt-removals.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createDebian} from './debian.ts';
import {compare, converge, createWork, required} from './work.ts';

const about = {title: 'Servers', place: 'host', name: 'servers', packages: ['nginx', 'haproxy']} as const;
const servers = aptPackages(about);
const consented = aptPackages({...about, mayRemove: ['podman-docker', 'libold']});
const removing = 'Remv podman-docker [5.4.2]\nInst nginx (1.26 Debian [amd64])\nConf nginx (1.26 Debian [amd64])\n';
const downgrading =
  'The following packages will be DOWNGRADED:\n  libold libolder\nInst libold [2] (1 Debian [amd64])\nInst nginx (1 Debian [amd64])\n';
const policy = (name: string, ...sources: readonly string[]) =>
  `${name}:\n  Installed: 12\n  Candidate: 12\n  Version table:\n *** 12 100\n${sources.map(each => `        ${each}\n`).join('')}        100 /var/lib/dpkg/status\n`;

function createHost(simulation: string, table = policy('podman-docker', '500 http://deb.example.org trixie/main')) {
  const host = createDebian({});
  host.commands['apt-get --simulate'] = simulation;
  host.commands['apt-cache policy'] = table;
  return host;
}

test('packages that exclude those of the host stop the plan, and nothing is removed', async () => {
  const host = createHost(removing);
  await expect(compare(servers, host)).rejects.toMatchObject({
    code: 'packages-conflict',
    summary: 'To install nginx, haproxy, apt would remove podman-docker.',
    remedy: expect.stringContaining('--take-over podman-docker'),
  });
  expect(host.changes).toEqual([]);
});

test('so do downgrades; a consent for one of two packages is none for the other', async () => {
  await expect(compare(servers, createHost(downgrading))).rejects.toMatchObject({
    summary: 'To install nginx, haproxy, apt would downgrade libold, libolder.',
  });
  await expect(compare(consented, createHost(downgrading))).rejects.toMatchObject({
    summary: 'To install nginx, haproxy, apt would downgrade libolder.',
  });
});

test('the same is found again right before the installation, when the index is new', async () => {
  const host = createDebian({}, {});
  host.commands['apt-cache policy'] = '';
  host.commands['apt-get -q update'] = () => {
    host.commands['apt-get --simulate'] = removing;
    return '';
  };
  await expect(converge(servers, host)).rejects.toMatchObject({code: 'packages-conflict'});
  expect(host.changes.filter(change => /install/.test(change))).toEqual([]);
});

test('with a consent by name, the removal is part of the plan, with a warning, and is recorded', async () => {
  const host = createHost(removing);
  expect(await compare(consented, host)).toMatchObject([
    {
      summary: 'install nginx, haproxy; remove podman-docker',
      warning: {code: 'packages-removed', why: expect.stringContaining('installs podman-docker again')},
    },
  ]);
  const recorded: Snapshot[] = [];
  const work = {...createWork(host), record: async (each: readonly Snapshot[]) => void recorded.push(...each)};
  const state = await consented.read(host);
  await consented.apply(work, state, []);
  expect(recorded).toContainEqual(
    expect.objectContaining({thing: 'package', name: 'podman-docker', was: expect.objectContaining({type: 'value'})}),
  );
});

test('a package that no source has is named before: nobody can bring it back', async () => {
  const [difference] = await compare(consented, createHost(removing, policy('podman-docker')));
  expect(difference?.warning?.why).toContain('No source of apt has podman-docker');
  const host = createMemoryHost({commands: {'apt-cache policy': policy('a') + policy('b', '-10 file:/srv/repo ./')}});
  expect(await findLost(host, ['a', 'b', 'c'])).toEqual(['a', 'c']);
});

test('undo installs what was taken away again at its end, in place of what was added', async () => {
  const was = {type: 'value', value: 'taken away'} as const;
  const {added, returned} = restorePackages(
    [
      {thing: 'package', name: 'podman-docker', was},
      {thing: 'package', name: 'docker.io', was: {type: 'absent'}},
    ],
    {spared: [], verb: 'remove'},
  );
  expect(added).toEqual([]);
  const host = createHost('Remv docker.io [26]\nInst podman-docker (5 Debian [amd64])\n');
  expect(await compare(required(returned[0]), host)).toEqual([
    {change: 'create', summary: 'install podman-docker; remove docker.io'},
  ]);
  const recorded: Snapshot[] = [];
  const work = {...createWork(host), record: async (each: readonly Snapshot[]) => void recorded.push(...each)};
  await returned[0]?.apply(work, await returned[0].read(host), []);
  // The undo of this undo needs Docker before everything else, so it counts as a package that was there.
  expect(restorePackages(recorded, {spared: [], verb: 'remove'})).toMatchObject({
    added: [{id: 'apt-packages:restored'}],
    returned: [],
  });
  const lost = createHost('', policy('podman-docker'));
  expect(await compare(required(returned[0]), lost)).toEqual([]);
});
