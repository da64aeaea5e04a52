import {describe, expect, test} from 'vitest';
import {orderByNeeds} from '../../src/engine/order.ts';
import {noOtherChanges} from '../../src/model/resource.ts';
import type {Snapshot, SnapshotState} from '../../src/model/snapshot.ts';
import {drawUndo} from '../../src/undo/draw.ts';
import {listPaths} from '../../src/undo/paths.ts';
import type {UndoInput} from '../../src/undo/spare.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const absent: SnapshotState = {type: 'absent'};
const directory: SnapshotState = {type: 'directory', mode: 0o755, uid: 0, gid: 0};
const unit = (enabled: string, active: string): SnapshotState => ({type: 'unit', enabled, active});
const path = (name: string, was: SnapshotState = absent): Snapshot => ({thing: 'path', name, was});

const snapshots: readonly Snapshot[] = [
  path('/srv/jitsi'),
  path('/srv/jitsi/.env'),
  path('/etc/jitsi-onebox'),
  path('/etc/jitsi-onebox/settings.yaml'),
  path('/etc/jitsi-onebox/guard.nft'),
  path('/etc/nginx/sites-enabled/jitsi.conf'),
  {
    thing: 'path',
    name: '/etc/haproxy/haproxy.cfg',
    was: {type: 'file', mode: 0o644, uid: 0, gid: 0, modified: 0},
    bytes: Buffer.from('mine'),
  },
  {
    thing: 'project',
    name: 'jitsi',
    was: {type: 'project', directory: '/srv/jitsi', argv: ['docker', 'compose'], running: [], stopped: []},
  },
  {thing: 'unit', name: 'nginx.service', was: unit('enabled', 'inactive')},
  {thing: 'unit', name: 'docker.service', was: unit('enabled', 'inactive')},
  {thing: 'unit', name: 'go-mmproxy-ssl.service', was: absent},
  {thing: 'user', name: 'mmproxy', was: absent},
  {thing: 'package', name: 'nginx', was: absent},
  {thing: 'package', name: 'docker.io', was: absent},
  {thing: 'trace', name: '/var/lib/docker', was: absent},
  {thing: 'account', name: 'group:docker', was: absent},
  {thing: 'lineage', name: 'meet.example.test', was: absent},
  {thing: 'sysctl', name: 'net.ipv4.ip_forward', was: {type: 'value', value: '0'}},
];
const noOthers = {nginx: false, docker: false, lineages: []};

function draw(input: Partial<UndoInput>): readonly string[] {
  const resources = drawUndo({
    aim: 'purge',
    snapshots,
    removesPackages: true,
    others: noOthers,
    composeFiles: {},
    ...input,
  });
  return orderByNeeds(resources).map(({id}) => id);
}

describe('an undo', () => {
  test('of everything (purge) removes services first, then files, then packages and their traces', () => {
    const ids = draw({});
    const at = (id: string) => {
      expect(ids).toContain(id);
      return ids.indexOf(id);
    };
    expect(at('project:jitsi')).toBeLessThan(at('file:/srv/jitsi'));
    expect(at('stopped:go-mmproxy-ssl.service')).toBeLessThan(at('user:mmproxy'));
    expect(at('file:/etc/haproxy/haproxy.cfg')).toBeLessThan(at('apt-packages:absent'));
    expect(at('lineage:meet.example.test')).toBeLessThan(at('apt-packages:absent'));
    expect(at('apt-packages:absent')).toBeLessThan(at('trace:/var/lib/docker'));
    expect(at('apt-packages:absent')).toBeLessThan(at('trace:group:docker'));
    expect(ids).not.toContain('file:/srv/jitsi/.env');
  });

  test('lets foreign sites have their port again before HAProxy leaves it, and HAProxy before the way through it ends', () => {
    const haproxy: Snapshot = {thing: 'unit', name: 'haproxy.service', was: unit('enabled', 'active')};
    const site: Snapshot = {thing: 'lines', name: '/etc/nginx/sites-enabled/own', was: {type: 'value', value: '[]'}};
    const ids = draw({snapshots: [...snapshots, haproxy, site]});
    const order = [
      'shared-again:nginx',
      'stopped:haproxy.service',
      'stopped:go-mmproxy-ssl.service',
      'file:/etc/nginx/sites-enabled/own',
      'unit:haproxy.service',
    ];
    expect(ids.filter(id => order.includes(id))).toEqual(order);
    const without = draw({snapshots: [...snapshots, site]});
    expect(without).not.toContain('shared-again:nginx');
  });

  test('of the installation keeps settings, the project directory and certificates', () => {
    const ids = draw({aim: 'uninstall'});
    expect(ids.filter(id => /srv|settings|lineage|trace|file:\/etc\/jitsi-onebox$/.test(id))).toEqual([]);
    expect(ids).toContain('file:/etc/jitsi-onebox/guard.nft');
  });

  test('of a run keeps certificates, and packages unless their removal was requested', () => {
    expect(draw({aim: 'undo', removesPackages: false}).join()).not.toMatch(/apt-packages|lineage|trace/);
    const ids = draw({aim: 'undo'}).join();
    expect(ids).toContain('apt-packages:absent');
    expect(ids).not.toMatch(/lineage|trace/);
  });

  test('keeps units running that foreign software needs', () => {
    const ids = draw({others: {nginx: true, docker: true, lineages: ['own.example.test']}});
    expect(ids).toContain('unit:nginx.service');
    expect(ids).toContain('unit:docker.service');
    expect(ids.join()).not.toMatch(/trace|ip_forward|docker-rules/);
  });

  test('of a later run restores the previous containers', () => {
    const running: Snapshot = {
      thing: 'project',
      name: 'jitsi',
      was: {type: 'project', directory: '/srv/jitsi', argv: ['docker', 'compose'], running: ['web'], stopped: []},
    };
    const image: Snapshot = {thing: 'image', name: 'example.test/web:2', was: absent};
    const ids = draw({aim: 'undo', removesPackages: false, snapshots: [running, image]});
    expect(ids).toEqual(['project:jitsi', 'container:web', 'image:example.test/web:2']);
  });
});

const ours = '# Written by jitsi-onebox: an older release\n';

test.each([
  ['foreign', 'ours', '[Unit]\n', ours, true],
  ['ours', 'foreign', ours, '[Unit]\n', true],
  ['ours', 'ours', ours, '# Written by jitsi-onebox: this release\n', false],
])('a snapshot of a unit file that is %s stops a unit that is %s only if the two differ', async (...args) => {
  const [, , text, now, stops] = args;
  const name = 'go-mmproxy-ssl.service';
  const file = `/etc/systemd/system/${name}`;
  const was: SnapshotState = {type: 'file', mode: 0o644, uid: 0, gid: 0, modified: 0};
  const previous = {...path(file, was), bytes: Buffer.from(text)};
  const snapshots: readonly Snapshot[] = [previous, {thing: 'unit', name, was: unit('enabled', 'active')}];
  const resources = drawUndo({aim: 'undo', snapshots, removesPackages: false, others: noOthers, composeFiles: {}});
  expect(
    orderByNeeds(resources)
      .map(({id}) => id)
      .slice(-3),
  ).toEqual([`superseded:${name}`, `file:${file}`, `unit:${name}`]);
  const stop = resources.find(({id}) => id === `superseded:${name}`);
  const commands = {'systemctl show': 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n'};
  const host = createMemoryHost({files: {[file]: now}, commands});
  expect(stop?.diff(await stop.read(host), noOtherChanges).length).toBe(stops ? 1 : 0);
});

test('a foreign project that was taken over is restored with its files, but not if our files are kept', () => {
  const was: SnapshotState = {
    type: 'project',
    directory: '/srv/jitsi',
    argv: ['docker', 'compose'],
    running: ['pad'],
    stopped: [],
  };
  const project: Snapshot = {thing: 'project', name: 'jitsi', was};
  const image: Snapshot = {thing: 'image', name: 'example.test/web:2', was: absent};
  const all = [project, image, path('/srv/jitsi/docker-compose.yml')];
  expect(draw({aim: 'purge', snapshots: all})).toContain('container:pad');
  expect(draw({aim: 'uninstall', snapshots: all, removesPackages: false})).toEqual([
    'project:jitsi',
    'image:example.test/web:2',
  ]);
});

describe('the certificate copy of the relay', () => {
  const was: SnapshotState = {
    type: 'project',
    directory: '/srv/jitsi',
    argv: ['docker', 'compose'],
    running: ['turn'],
    stopped: [],
  };
  const hook = {
    ...path('/usr/local/sbin/renew_turn_cert.sh', {type: 'file', mode: 0o755, uid: 0, gid: 0, modified: 0}),
    bytes: Buffer.from('#!/bin/sh\nname=turn.example.test\ndirectory=/srv/jitsi/turn/certs\n'),
  };
  const copy = 'certificate-copy:/srv/jitsi/turn/certs';
  const stack: readonly Snapshot[] = [
    {thing: 'project', name: 'jitsi', was},
    hook,
    {thing: 'copy', name: '/srv/jitsi/turn/certs', was: {type: 'value', value: hook.name}},
  ];

  test('is made with the previous hook, after that is restored and before the relay starts', () => {
    const ids = draw({aim: 'undo', removesPackages: false, snapshots: stack});
    expect(ids).toEqual(['project:jitsi', 'file:/usr/local/sbin/renew_turn_cert.sh', copy, 'container:turn']);
  });

  test('is not made if the installation is removed', () => {
    expect(draw({aim: 'uninstall', snapshots: stack, removesPackages: false})).not.toContain(copy);
  });
});

describe('paths to restore', () => {
  describe('the Engine’s socket', () => {
    test('stays until the containers are removed', () => {
      const socket: Snapshot = {thing: 'unit', name: 'docker.socket', was: unit('enabled', 'inactive')};
      const ids = draw({aim: 'undo', removesPackages: false, snapshots: [...snapshots, socket]});
      expect(ids.indexOf('stopped:docker.socket')).toBeGreaterThan(ids.indexOf('project:jitsi'));
    });
  });

  test('a retired lineage that we ordered does not return with an uninstallation', () => {
    const retired = [
      path('/etc/letsencrypt/archive/old.example.test', directory),
      path('/etc/letsencrypt/renewal/old.example.test.conf', directory),
      {thing: 'lineage', name: 'old.example.test', was: absent},
    ] as const;
    expect(draw({aim: 'uninstall', removesPackages: false, snapshots: retired})).toEqual([]);
    expect(draw({aim: 'undo', removesPackages: false, snapshots: retired})).toHaveLength(2);
  });

  test('a table is not loaded from a file that was not there', () => {
    const file = '/etc/jitsi-onebox/guard.nft';
    const table: Snapshot = {thing: 'table', name: 'inet jitsi-onebox', was: {type: 'table', isLoaded: true, file}};
    const ids = draw({aim: 'purge', removesPackages: false, snapshots: [path(file), table]});
    expect(ids).not.toContain('nft-table:inet jitsi-onebox');
  });

  const simplify = (...paths: readonly Snapshot[]) =>
    listPaths(paths).map(({snapshot: {name, was}, isShared, above, below}) => ({
      name,
      type: was.type,
      isShared,
      above,
      below,
    }));

  test('below an absent directory are ignored', () => {
    expect(simplify(path('/srv/jitsi'), path('/srv/jitsi/storage', directory))).toEqual([
      {name: '/srv/jitsi', type: 'absent', isShared: false, above: [], below: []},
    ]);
  });

  test('in a shared directory are removed one by one, deepest first', () => {
    const hooks = '/etc/letsencrypt/renewal-hooks';
    expect(simplify(path(hooks), path(`${hooks}/deploy`, directory))).toEqual([
      {name: hooks, type: 'absent', isShared: true, above: [], below: [`${hooks}/deploy`]},
      {name: `${hooks}/deploy`, type: 'absent', isShared: true, above: [], below: []},
    ]);
  });

  test('are listed after the directory that holds them', () => {
    expect(simplify(path('/srv/own/a', directory), path('/srv/own', directory))[0]?.above).toEqual(['/srv/own']);
  });
});
