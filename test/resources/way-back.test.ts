import {describe, expect, test} from 'vitest';
import {parseRemovals} from '../../src/resources/absent-docker-rules.ts';
import {absentImage} from '../../src/resources/absent-image.ts';
import {absentLineage} from '../../src/resources/absent-lineage.ts';
import {absentPackages} from '../../src/resources/absent-packages.ts';
import {restoredPath} from '../../src/resources/restored-path.ts';
import {restoredRule, restoredSysctl} from '../../src/resources/restored-settings.ts';
import {restoredUnit, retiredUnit} from '../../src/resources/restored-unit.ts';
import {absentUser} from '../../src/resources/user.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, mend} from './work.ts';

const path = '/etc/nginx/sites-available/own';
const attributes = {mode: 0o640, uid: 0, gid: 33};
const file = (bytes: string) =>
  ({name: path, was: {type: 'file', ...attributes, modified: 0}, bytes: Buffer.from(bytes)}) as const;
const restored = (kept: Parameters<typeof restoredPath>[0]['kept'], isOurs = true) =>
  restoredPath({kept, place: 'nginx', needs: [], isOurs});

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
    resource: restored({name: path, was: {type: 'link', target: '/srv/own'}}),
    machine: () => createMemoryHost({files: {[path]: {link: '/tmp'}}}),
    differs: ['update'],
    does: [`link ${path}`],
  },
  {
    name: 'a path that was not there',
    resource: restored({name: path, was: {type: 'absent'}}),
    machine: () => createMemoryHost({files: {[path]: 'ours'}}),
    differs: ['remove'],
    does: [`remove ${path}`],
  },
  {
    name: 'a kernel parameter',
    resource: restoredSysctl('net.ipv4.ip_forward', '0', []),
    machine: () => {
      let value = '1';
      const set = () => {
        value = '0';
        return '';
      };
      return createMemoryHost({commands: {'sysctl -n': () => `${value}\n`, 'sysctl -q': set}});
    },
    differs: ['update'],
    does: ['run sysctl -q -w net.ipv4.ip_forward=0'],
  },
  {
    name: 'a routing rule that was another',
    resource: restoredRule('-4 12300', '12300:\tfrom 127.0.0.0/8 lookup 7 ', []),
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
    resource: absentLineage('meet.example.test', []),
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
    resource: absentUser('mmproxy', []),
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
    resource: retiredUnit({unit: 'docker.service', was: {type: 'absent'}, place: 'host', needs: []}),
    machine: () => createUnit({enabled: 'enabled', active: 'active', triggers: 'docker.socket'}),
    differs: ['remove', 'update'],
    does: ['run systemctl disable --quiet docker.service', 'run systemctl stop docker.socket docker.service'],
  },
  {
    name: 'a unit that ran',
    resource: restoredUnit({
      unit: 'own.service',
      was: {type: 'unit', enabled: 'enabled', active: 'active'},
      place: 'host',
      needs: [],
    }),
    machine: () => createUnit({enabled: 'disabled', active: 'inactive', triggers: ''}),
    differs: ['update', 'start'],
    does: [
      'run systemctl daemon-reload',
      'run systemctl enable --quiet own.service',
      'run systemctl start --quiet own.service',
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
  const directory = restored({name: '/etc/letsencrypt/renewal-hooks', was: {type: 'absent'}}, false);
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

  const absent = (verb: 'purge' | 'remove', spared: readonly string[] = []) =>
    absentPackages({packages: ['nginx', 'nginx-common', 'libgone', 'never'], spared, verb, needs: []});

  test('stay where something else would go with them', async () => {
    expect((await compare(absent('purge'), createApt())).map(({summary}) => summary)).toEqual(['purge nginx, libgone']);
    expect((await compare(absent('remove'), createApt())).map(({summary}) => summary)).toEqual(['remove nginx']);
  });

  test('go although apt does not know yet what an interrupted dpkg has removed', async () => {
    const packages = ['nginx', 'libgone', 'libmore'];
    const more = absentPackages({packages, spared: [], verb: 'remove', needs: []});
    const host = createApt();
    host.commands['apt-get --simulate'] = 'Remv nginx [1.0]\nRemv libgone [1.0]\n';
    expect((await compare(more, host)).map(({summary}) => summary)).toEqual(['remove nginx']);
  });

  test('stay with all they need where others use them', async () => {
    const host = createApt();
    await mend(absent('purge', ['nginx']), host);
    expect(host.changes).toEqual(['run apt-get -q -y -o Dpkg::Use-Pty=0 purge libgone']);
  });
});

test('an image that somebody else’s container is made from stays', async () => {
  const image = absentImage({name: 'example.test/web:1', project: 'jitsi', needs: []});
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
      '--delete FORWARD -j DOCKER-USER',
      '--delete FORWARD -o docker0 -j DOCKER',
      '--flush DOCKER',
      '--flush DOCKER-USER',
      '--delete-chain DOCKER',
      '--delete-chain DOCKER-USER',
      '--policy FORWARD ACCEPT',
    ]);
  });

  test('leave the rules of others as they are', () => {
    expect(removals(docker + own).join('\n')).not.toMatch(/tun0|policy/);
    expect(removals(`-P FORWARD DROP\n${own}`)).toEqual([]);
  });
});
