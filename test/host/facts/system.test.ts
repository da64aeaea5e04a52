import {describe, expect, test} from 'vitest';
import {parseRelease, readArchitecture, readRelease, readTimezone} from '../../../src/host/facts/system.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const trixie = `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
DEBIAN_VERSION_FULL=13.2
ID=debian
HOME_URL="https://www.debian.org/"
`;

describe('os-release', () => {
  test.each([
    ['trixie', trixie, {id: 'debian', version: '13', codename: 'trixie', name: 'Debian GNU/Linux 13 (trixie)'}],
    [
      'Alpine',
      "NAME='Alpine Linux'\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME='Alpine Linux v3.22'\n",
      {id: 'alpine', version: '3.22.1', codename: '', name: 'Alpine Linux v3.22'},
    ],
    ['escaped quotes', 'ID=x\nPRETTY_NAME="a \\"b\\" \\$c"\n', {id: 'x', version: '', codename: '', name: 'a "b" $c'}],
    [
      'sid, without a version',
      'ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\nVERSION_CODENAME=forky\n',
      {
        id: 'debian',
        version: '',
        codename: 'forky',
        name: 'Debian GNU/Linux forky/sid',
      },
    ],
    ['nothing', '# comment\n\n=\n', {id: 'linux', version: '', codename: '', name: 'linux'}],
  ])('of %s', (_system, text, expected) => {
    expect(parseRelease(text)).toEqual(expected);
  });

  test('is read from /usr/lib if /etc has none', async () => {
    const fact = await readRelease(createMemoryHost({files: {'/usr/lib/os-release': trixie}}));
    expect(fact).toMatchObject({value: {id: 'debian', version: '13'}, source: '/usr/lib/os-release'});
  });
});

describe('the architecture', () => {
  test.each([
    [
      'dpkg of a 32-bit system on a 64-bit kernel',
      {'dpkg --print-architecture': 'armhf\n', 'uname -m': 'aarch64\n'},
      'armhf',
    ],
    ['uname without dpkg', {'uname -m': 'x86_64\n'}, 'amd64'],
    ['uname with a machine that has no other name', {'uname -m': 'riscv64\n'}, 'riscv64'],
  ])('from %s', async (_source, commands, expected) => {
    expect((await readArchitecture(createMemoryHost({commands}))).value).toBe(expected);
  });
});

const link = (target: string) => ({'/etc/localtime': {link: target}});

test.each([
  ['the link', link('/usr/share/zoneinfo/Europe/Berlin'), 'Europe/Berlin'],
  ['a relative link', link('../usr/share/zoneinfo/America/Argentina/Ushuaia'), 'America/Argentina/Ushuaia'],
  [
    'the link if /etc/timezone is stale',
    {...link('/usr/share/zoneinfo/Asia/Tokyo'), '/etc/timezone': 'Etc/UTC\n'},
    'Asia/Tokyo',
  ],
  [
    '/etc/timezone if the zone is a copy',
    {'/etc/localtime': 'TZif2', '/etc/timezone': 'Europe/Paris\n'},
    'Europe/Paris',
  ],
  ['the default, which is UTC', {}, 'Etc/UTC'],
] as const)('the time zone from %s', async (_source, files, expected) => {
  expect((await readTimezone(createMemoryHost({files}))).value).toBe(expected);
});

test('a copy without a name is an error, even with an invalid name in /etc/timezone', async () => {
  const files = {'/etc/localtime': 'TZif2', '/etc/timezone': 'Moon/Crater\n'};
  await expect(readTimezone(createMemoryHost({files}))).rejects.toThrow('a copy without a name');
});
