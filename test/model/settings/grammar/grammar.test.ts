import * as v from 'valibot';
import {describe, expect, test} from 'vitest';
import {localAddress, publicAddress, subnet} from '../../../../src/model/settings/grammar/addresses.ts';
import {
  directory,
  image,
  imageTag,
  memorySize,
  repository,
  timeZone,
} from '../../../../src/model/settings/grammar/containers.ts';
import {domainName, emailAddress, endpoint, httpsUrl} from '../../../../src/model/settings/grammar/names.ts';
import {settingTable} from '../../../../src/model/settings/schema.ts';

type Case = {
  readonly name: string;
  readonly schema: v.GenericSchema<string>;
  /** Right texts, with their canonical form if it differs. */
  readonly right: readonly (string | readonly [typed: string, value: string])[];
  /** Wrong texts, with words of the reason where they matter. */
  readonly wrong: readonly (string | readonly [typed: string, reason: RegExp])[];
};

const long = (length: number) => 'a'.repeat(length);

const cases: readonly Case[] = [
  {
    name: 'domain',
    schema: domainName,
    right: [
      'meet.example.org',
      'a.b',
      '1and1.example',
      'a-b.example',
      'xn--bcher-kva.example',
      `${long(63)}.org`,
      ['Meet.Example.ORG', 'meet.example.org'],
      ['bücher.example', 'xn--bcher-kva.example'],
      ['meet。example。org', 'meet.example.org'],
    ],
    wrong: [
      '',
      ['meet', /full name/],
      ['meet.example.org.', /dot/],
      ['192.168.1.1', /address/],
      ['1.2.3', /address/],
      ['0x7f.1', /address/],
      ['::1', /address/],
      ['*.example.org', /wildcard/],
      ['https://meet.example.org', /URL/],
      ['a_b.example', /"_"/],
      ['a b.example', /" "/],
      ['a..example', /dots/],
      ['.example.org', /dots/],
      '-a.example',
      'a-.example',
      'ab--cd.example',
      'a.123',
      `${long(64)}.org`,
      `${`${long(60)}.`.repeat(5)}org`,
      ['a.example/x', /"\/"/],
      ['a.example:443', /":"/],
      ['a%41.example', /"%"/],
      ['a\n.example', /\\n/],
      'a\0.example',
      '$(x).example',
      'a;b.example',
      'a"b.example',
    ],
  },
  {
    name: 'e-mail address',
    schema: emailAddress,
    right: [
      'admin@example.org',
      "o'neil+jitsi@example.org",
      ['Admin@Example.org', 'Admin@example.org'],
      ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ],
    wrong: [
      '',
      'admin',
      '@example.org',
      'a@',
      ['a@localhost', /after the @ that is only one word/],
      'a b@example.org',
      '.a@example.org',
      'a..b@example.org',
      '"a"@example.org',
      `${long(65)}@example.org`,
      'a@[192.168.1.1]',
      'a\n@example.org',
      'ä@example.org',
    ],
  },
  {
    name: 'public address',
    schema: publicAddress,
    right: ['198.51.100.10', '8.8.8.8', '100.63.255.255', '172.32.0.1'],
    wrong: [
      ['10.0.0.1', /private/],
      ['172.16.0.1', /private/],
      ['192.168.1.1', /private/],
      ['127.0.0.1', /loopback/],
      ['169.254.1.1', /link-local/],
      ['100.64.0.1', /provider's own NAT/],
      ['224.0.0.1', /multicast/],
      ['240.0.0.1', /reserved/],
      ['198.18.0.1', /reserved/],
      '192.88.99.1',
      '0.0.0.0',
      '255.255.255.255',
      ['2001:db8::1', /IPv6/],
      '8.8.8',
      '8.8.8.8/32',
      '08.8.8.8',
      '0x8.8.8.8',
      '8.8.8.256',
      ' 8.8.8.8',
      '',
      'meet.example.org',
    ],
  },
  {
    name: 'local address',
    schema: localAddress,
    right: ['192.168.1.20', '10.0.0.1', '100.64.0.1', '198.51.100.10'],
    wrong: ['127.0.0.1', '169.254.1.1', '224.0.0.1', '0.0.0.0', 'fd00::1', 'localhost'],
  },
  {
    name: 'subnet',
    schema: subnet,
    right: ['172.28.0.0/24', '10.1.0.0/16', '192.168.7.16/28'],
    wrong: [
      '172.28.0.0',
      ['172.28.0.1/24', /network is 172\.28\.0\.0\/24/],
      ['10.0.0.0/8', /prefix/],
      ['10.0.0.0/29', /prefix/],
      '198.51.100.0/24',
      'fd00::/64',
      '10.0.0.0/33',
      '10.0.0/24',
    ],
  },
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
    name: 'server and port',
    schema: endpoint,
    right: ['stun.example.org:3478', '198.51.100.10:3478', ['Stun.Example.org:1', 'stun.example.org:1']],
    wrong: [
      'stun.example.org',
      'stun:3478',
      'stun.example.org:0',
      'stun.example.org:65536',
      '[::1]:3478',
      ':3478',
      'a.b:1:2',
    ],
  },
  {
    name: 'https URL',
    schema: httpsUrl,
    right: [
      'https://dns.google/resolve',
      'https://acme.example:14000/dir',
      ['https://DNS.google', 'https://dns.google/'],
    ],
    wrong: [
      '',
      'http://dns.google/',
      'dns.google',
      'https://a:b@dns.google/',
      'https://dns.google/#x',
      'https://dns.google/a b',
      'https://localhost/',
      'https://dns.google/"',
      "https://dns.google/'",
      'https://dns.google/\n',
      'https://[::1]/',
    ],
  },
  {
    name: 'rooms',
    schema: settingTable.rooms.schema,
    right: ['anyone'],
    wrong: [
      ['registered-only', /later release/],
      ['registered-with-guests', /later release/],
      ['nobody', /not a choice/],
    ],
  },
  {name: 'auto', schema: settingTable['memory.jicofo'].schema, right: ['auto', '1g'], wrong: ['Auto', '']},
];

describe.each(cases)('$name', ({schema, right, wrong}) => {
  const read = (text: string) => v.safeParse(schema, text, {abortPipeEarly: true});

  test.each(right.map(row => (typeof row === 'string' ? [row, row] : row)))('%j is right', (typed, value) => {
    expect(read(typed)).toMatchObject({success: true, output: value});
    expect(v.is(schema, typed)).toBe(true);
  });

  test.each(wrong.map(row => (typeof row === 'string' ? ([row, /./] as const) : row)))(
    '%j is wrong',
    (typed, reason) => {
      expect(read(typed).issues).toEqual([expect.objectContaining({message: expect.stringMatching(reason)})]);
      expect(v.is(schema, typed)).toBe(false);
    },
  );
});
