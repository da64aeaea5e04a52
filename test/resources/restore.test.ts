import {expect, test} from 'vitest';
import type {Snapshot, SnapshotState} from '../../src/model/snapshot.ts';
import {restoreLineage} from '../../src/resources/certificate.ts';
import {restorePath} from '../../src/resources/path.ts';
import {restoreUnit} from '../../src/resources/restored-unit.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, converge, required} from './work.ts';

const path = '/etc/nginx/sites-available/own';
const attributes = {mode: 0o640, uid: 0, gid: 33};
const file = (bytes: string) =>
  ({thing: 'path', name: path, was: {type: 'file', ...attributes, modified: 0}, bytes: Buffer.from(bytes)}) as const;
const snapshot = (thing: Snapshot['thing'], name: string, was: SnapshotState): Snapshot => ({thing, name, was});

const restored = (was: Snapshot, isShared = false) => required(restorePath(was, {needs: [], isShared}));
const absent = {type: 'absent'} as const;

testContract([
  {
    name: 'a file that was changed',
    resource: restored(file('mine')),
    machine: () => createMemoryHost({files: {[path]: {content: 'ours', ...attributes}}}),
    differs: ['update'],
    does: [`write ${path}`],
  },
  {
    name: 'a file that was removed',
    resource: restored(file('mine')),
    machine: () => createMemoryHost({files: {'/etc/nginx/sites-available/other': ''}}),
    differs: ['create'],
    does: [`write ${path}`],
  },
  {
    name: 'a file whose mode alone was changed',
    resource: restored(file('mine')),
    machine: () => createMemoryHost({files: {[path]: {content: 'mine', ...attributes, mode: 0o600}}}),
    differs: ['update'],
    does: [`setAttributes ${path}`],
  },
  {
    name: 'a file that became a link',
    resource: restored(file('mine')),
    machine: () => createMemoryHost({files: {[path]: {link: '/tmp'}}}),
    differs: ['update'],
    does: [`remove ${path}`, `write ${path}`],
  },
  {
    name: 'a link with another target',
    resource: restored(snapshot('path', path, {type: 'link', target: '/srv/own'})),
    machine: () => createMemoryHost({files: {[path]: {link: '/tmp'}}}),
    differs: ['update'],
    does: [`link ${path}`],
  },
  {
    name: 'a path that was absent',
    resource: restored(snapshot('path', path, absent)),
    machine: () => createMemoryHost({files: {[path]: 'ours'}}),
    differs: ['remove'],
    does: [`remove ${path}`],
  },
  {
    name: 'a certificate that remains after certbot was removed',
    resource: required(restoreLineage(snapshot('lineage', 'meet.example.test', absent))),
    machine: () =>
      createMemoryHost({
        files: {
          '/etc/letsencrypt/renewal/meet.example.test.conf': '',
          '/etc/letsencrypt/live/meet.example.test/cert.pem': {link: '../../archive/meet.example.test/cert1.pem'},
          '/etc/letsencrypt/archive/meet.example.test/cert1.pem': '',
        },
      }),
    differs: ['remove'],
    does: [
      'remove /etc/letsencrypt/live/meet.example.test',
      'remove /etc/letsencrypt/archive/meet.example.test',
      'remove /etc/letsencrypt/renewal/meet.example.test.conf',
    ],
  },
  {
    name: 'a unit that did not run, with the socket that would start it',
    resource: required(
      restoreUnit(snapshot('unit', 'docker.service', absent), {unrecorded: {reads: [], refresh: 'restart'}}).stops[0],
    ),
    machine: () => createUnit({enabled: 'enabled', active: 'active', triggers: 'docker.socket'}),
    differs: ['update', 'remove'],
    does: ['run systemctl disable --quiet docker.service', 'run systemctl stop docker.socket docker.service'],
  },
  {
    name: 'a unit that ran',
    resource: required(
      restoreUnit(snapshot('unit', 'own.service', {type: 'unit', enabled: 'enabled', active: 'active'}), {
        unrecorded: {reads: [], refresh: 'restart'},
      }).starts[0],
    ),
    machine: () => createUnit({enabled: 'disabled', active: 'inactive', triggers: ''}),
    differs: ['update', 'start'],
    does: [
      'run systemctl daemon-reload',
      'run systemctl enable --quiet own.service',
      'run systemctl start own.service',
    ],
  },
]);

function createUnit(start: {enabled: string; active: string; triggers: string}) {
  let {enabled, active} = start;
  return createMemoryHost({
    commands: {
      'systemctl show': () => `UnitFileState=${enabled}\nActiveState=${active}\nTriggeredBy=${start.triggers}\n`,
      systemctl({argv: [, verb]}) {
        if (verb === 'enable' || verb === 'disable') enabled = `${verb}d`;
        if (verb === 'start') active = 'active';
        if (verb === 'stop') active = 'inactive';
        return '';
      },
    },
  });
}

test('a shared directory is removed only when it is empty, or will be', async () => {
  const directory = restored(snapshot('path', '/etc/letsencrypt/renewal-hooks', absent), true);
  const host = createMemoryHost({
    files: {'/etc/letsencrypt/renewal-hooks/ours': '', '/etc/letsencrypt/renewal-hooks/mine': ''},
  });
  expect(await compare(directory, host)).toEqual([]);
  await host.files.remove('/etc/letsencrypt/renewal-hooks/mine');
  const state = await directory.read(host);
  const removal = [{change: 'remove', summary: ''}] as const;
  const outlook = {changes: (id: string) => (id === 'file:/etc/letsencrypt/renewal-hooks/ours' ? removal : [])};
  expect(directory.diff(state, outlook)).toHaveLength(1);
});

test.each([
  [550, 0o755],
  [0, 0o4755],
])('a file of the user with number %i gets setuid from root only if it is root’s', async (uid, mode) => {
  const was = {type: 'file', mode: 0o4755, uid, gid: 0, modified: 0} as const;
  const host = createMemoryHost({files: {[path]: 'ours'}});
  await converge(restored({...file('mine'), was}), host);
  expect(host.tree.get(path)).toMatchObject({content: 'mine', mode, uid});
});
