import {describe, expect, test} from 'vitest';
import type {Resource} from '../../src/model/resource.ts';
import type {Snapshot, SnapshotState} from '../../src/model/snapshot.ts';
import {absentPackages} from '../../src/resources/apt-packages.ts';
import {restoreLineage} from '../../src/resources/certificate.ts';
import {restoreImage} from '../../src/resources/container-image.ts';
import {parseRemovals} from '../../src/resources/docker-rules.ts';
import {restorePath} from '../../src/resources/path.ts';
import {restoreRule} from '../../src/resources/policy-routing.ts';
import {restoreParameter} from '../../src/resources/sysctl.ts';
import {restoreUnit} from '../../src/resources/systemd-unit.ts';
import {restoreUser} from '../../src/resources/user.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, mend} from './work.ts';

const path = '/etc/nginx/sites-available/own';
const attributes = {mode: 0o640, uid: 0, gid: 33};
const file = (bytes: string) =>
  ({thing: 'path', name: path, was: {type: 'file', ...attributes, modified: 0}, bytes: Buffer.from(bytes)}) as const;
const snapshot = (thing: Snapshot['thing'], name: string, was: SnapshotState): Snapshot => ({thing, name, was});

/** The resource that a kind makes of a snapshot; a test knows that there is one. */
function the(resource: Resource | undefined): Resource {
  if (!resource) throw new Error('a resource');
  return resource;
}

const restored = (was: Snapshot, isShared = false) => the(restorePath(was, {needs: [], isShared}));
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
    name: 'a link that led elsewhere',
    resource: restored(snapshot('path', path, {type: 'link', target: '/srv/own'})),
    machine: () => createMemoryHost({files: {[path]: {link: '/tmp'}}}),
    differs: ['update'],
    does: [`link ${path}`],
  },
  {
    name: 'a path that was not there',
    resource: restored(snapshot('path', path, absent)),
    machine: () => createMemoryHost({files: {[path]: 'ours'}}),
    differs: ['remove'],
    does: [`remove ${path}`],
  },
  {
    name: 'a kernel parameter',
    resource: the(restoreParameter(snapshot('sysctl', 'net.ipv4.ip_forward', {type: 'value', value: '0'}))),
    machine: () => {
      const proc = '/proc/sys/net/ipv4/ip_forward';
      const set = (_command: unknown, {files}: MemoryHost) =>
        files.write(proc, '0\n', {mode: 0o644, uid: 0, gid: 0}).then(() => '');
      const host = createMemoryHost({files: {[proc]: '1\n'}, commands: {'sysctl -q': set}});
      return host;
    },
    differs: ['update'],
    does: ['run sysctl -q -w net.ipv4.ip_forward=0', 'write /proc/sys/net/ipv4/ip_forward'],
  },
  {
    name: 'a routing rule that was another',
    resource: restoreRule(snapshot('rule', '-4 12300', {type: 'value', value: '12300:\tfrom 127.0.0.0/8 lookup 7 '})),
    machine: () => {
      let rule = '12300:\tfrom all lookup 123\n';
      const add = () => {
        rule = '12300:\tfrom 127.0.0.0/8 lookup 7\n';
        return '';
      };
      return createMemoryHost({
        commands: {'ip -details -4 rule show': () => rule, 'ip -4 rule del': '', 'ip -4 rule add': add},
      });
    },
    differs: ['update'],
    does: ['run ip -4 rule del pref 12300', 'run ip -4 rule add pref 12300 from 127.0.0.0/8 lookup 7'],
  },
  {
    name: 'a certificate that certbot is no longer there for',
    resource: the(restoreLineage(snapshot('lineage', 'meet.example.test', absent))),
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
    name: 'a user that came with us',
    resource: restoreUser(snapshot('user', 'mmproxy', absent)),
    machine: () => {
      let exitCode = 0;
      const remove = () => {
        exitCode = 2;
        return '';
      };
      return createMemoryHost({commands: {'getent passwd mmproxy': () => ({exitCode}), userdel: remove}});
    },
    differs: ['remove'],
    does: ['run userdel mmproxy'],
  },
  {
    name: 'a unit that did not run, with the socket that would start it',
    resource: the(restoreUnit(snapshot('unit', 'docker.service', absent), {files: []}).stops[0]),
    machine: () => createUnit({enabled: 'enabled', active: 'active', triggers: 'docker.socket'}),
    differs: ['update', 'remove'],
    does: ['run systemctl disable --quiet docker.service', 'run systemctl stop docker.socket docker.service'],
  },
  {
    name: 'a unit that ran',
    resource: the(
      restoreUnit(snapshot('unit', 'own.service', {type: 'unit', enabled: 'enabled', active: 'active'}), {files: []})
        .starts[0],
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

test('a directory that others share goes only when it is empty, or will be', async () => {
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

describe('packages', () => {
  const installed = 'nginx installed\nnginx-common installed\nruby installed\nlibgone config-files\n';

  /** An apt where ruby has come to need nginx-common, as nginx does. */
  function createApt() {
    return createMemoryHost({
      commands: {
        'dpkg-query': installed,
        'apt-get --simulate'({argv}) {
          const names = argv.filter(word => /^(nginx|lib)/.test(word));
          const more = names.includes('nginx-common') ? ['nginx', 'ruby'] : [];
          return [...new Set([...names, ...more])].map(name => `Remv ${name} [1.0]\n`).join('');
        },
        'apt-get': '',
        stat: '',
      },
    });
  }

  const remove = (verb: 'purge' | 'remove', spared: readonly string[] = []) =>
    absentPackages({packages: ['nginx', 'nginx-common', 'libgone', 'never'], spared, verb});

  test('stay where something else would go with them', async () => {
    expect((await compare(remove('purge'), createApt())).map(({summary}) => summary)).toEqual(['purge nginx, libgone']);
    expect((await compare(remove('remove'), createApt())).map(({summary}) => summary)).toEqual(['remove nginx']);
  });

  test('go although apt does not know yet what an interrupted dpkg has removed', async () => {
    const packages = ['nginx', 'libgone', 'libmore'];
    const more = absentPackages({packages, spared: [], verb: 'remove'});
    const host = createApt();
    host.commands['apt-get --simulate'] = 'Remv nginx [1.0]\nRemv libgone [1.0]\n';
    expect((await compare(more, host)).map(({summary}) => summary)).toEqual(['remove nginx']);
  });

  test('stay with all they need where others use them', async () => {
    const host = createApt();
    await mend(remove('purge', ['nginx']), host);
    expect(host.changes).toEqual(['run apt-get -q -y -o Dpkg::Use-Pty=0 purge libgone']);
  });
});

test('an image that somebody else’s container is made from stays', async () => {
  const image = the(restoreImage(snapshot('image', 'example.test/web:1', absent), 'jitsi').removed[0]);
  const usedBy = (...projects: readonly string[]) =>
    createMemoryHost({
      images: {'example.test/web:1': 'sha256:1'},
      commands: {'docker ps': projects.map(project => `abc ${project}\n`).join('')},
    });
  expect(await compare(image, usedBy('jitsi'))).toHaveLength(1);
  expect(await compare(image, usedBy())).toHaveLength(1);
  expect(await compare(image, usedBy('jitsi', ''))).toEqual([]);
});

describe('Docker’s packet rules', () => {
  const own = '-A FORWARD -i tun0 -j ACCEPT\n';
  const docker = [
    '-P FORWARD DROP',
    '-N DOCKER',
    '-N DOCKER-USER',
    '-A FORWARD -j DOCKER-USER',
    '-A FORWARD -o docker0 -j DOCKER',
    '-A DOCKER-USER -j RETURN\n',
  ].join('\n');
  const removals = (listing: string) => parseRemovals(listing).map(words => words.join(' '));

  test('go, and forwarding is open again', () => {
    expect(removals(docker)).toEqual([
      '--policy FORWARD ACCEPT',
      '--delete FORWARD -j DOCKER-USER',
      '--delete FORWARD -o docker0 -j DOCKER',
      '--flush DOCKER',
      '--flush DOCKER-USER',
      '--delete-chain DOCKER',
      '--delete-chain DOCKER-USER',
    ]);
  });

  test('leave the rules of others as they are', () => {
    expect(removals(docker + own).join('\n')).not.toMatch(/tun0|policy/);
    expect(removals(`-P FORWARD DROP\n${own}`)).toEqual([]);
  });
});
