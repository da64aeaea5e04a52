import {
  directory,
  image,
  imageTag,
  memorySize,
  repository,
  timeZone,
} from '../../../../src/model/settings/grammar/containers.ts';
import {settingTable} from '../../../../src/model/settings/schema.ts';
import {testGrammar} from './test-grammar.ts';

const long = (length: number) => 'a'.repeat(length);

testGrammar([
  {
    name: 'directory',
    schema: directory,
    right: ['/srv/jitsi', '/opt/my.things/jitsi_2', '/var/lib/jitsi'],
    wrong: [
      '',
      'srv/jitsi',
      '/',
      '/srv',
      ['/etc/jitsi', /system/],
      ['/usr', /system/],
      '/proc/1',
      '/srv/../etc',
      '/srv/./jitsi',
      '/srv//jitsi',
      '/srv/jitsi/',
      '/srv/Jitsi',
      '/srv/-jitsi',
      '/srv/ji tsi',
      '/srv/jit$i',
      '/srv/jitsi\n',
      `/srv/${long(200)}`,
    ],
  },
  {
    name: 'time zone',
    schema: timeZone,
    right: [
      'Europe/Berlin',
      'UTC',
      'America/Argentina/Buenos_Aires',
      'US/Eastern',
      'Etc/GMT+5',
      ['europe/berlin', 'Europe/Berlin'],
    ],
    wrong: ['', 'Berlin', '+01:00', 'Europe/../Berlin', 'Europe/Berlin\n', '/etc/localtime'],
  },
  {
    name: 'repository',
    schema: repository,
    right: ['ghcr.io/jitsi', 'localhost:5000/a/b', 'jitsi'],
    wrong: ['', 'GHCR.io/Jitsi', 'ghcr.io/jitsi:1', 'ghcr.io//jitsi', '/jitsi', 'ghcr.io/jitsi/', '-x/y', 'a b', '$X'],
  },
  {
    name: 'tag',
    schema: imageTag,
    right: ['stable-11146-2', '4.10', '_x', long(128)],
    wrong: ['', '-x', '.x', 'a:b', 'a b', long(129), '$X'],
  },
  {
    name: 'image',
    schema: image,
    right: ['ghcr.io/coturn/coturn:4.17.0-r0', `coturn@sha256:${'0'.repeat(64)}`, `a/b:1@sha256:${'f'.repeat(64)}`],
    wrong: [['ghcr.io/coturn/coturn', /tag/], 'a:b:c', 'a@sha256:0', 'A:1', ''],
  },
  {
    name: 'memory',
    schema: memorySize,
    right: ['512m', '2g', '128m', '64g'],
    wrong: ['', '512', '512M', '1.5g', '0m', '127m', '65g', '-1g', '512m;'],
  },
  {
    name: 'rooms',
    schema: settingTable.rooms.schema,
    right: ['anyone', 'registered', 'members'],
    wrong: [['nobody', /none of/], ''],
  },
  {name: 'auto', schema: settingTable['memory.jicofo'].schema, right: ['auto', '1g'], wrong: ['Auto', '']},
]);
