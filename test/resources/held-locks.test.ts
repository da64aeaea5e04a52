import {expect, test, vi} from 'vitest';
import {parseLocks} from '../../src/resources/held-locks.ts';
import {createDebian, install, lists, servers, withBroken} from './debian.ts';
import {converge} from './work.ts';

const pauses = vi.hoisted(() => ({pass: () => {}}));
vi.mock('node:timers/promises', () => ({setTimeout: async () => pauses.pass()}));

test('a lock that is taken at the last moment is awaited, but not forever', async () => {
  const host = createDebian({nginx: 'installed'});
  const {'apt-get -q -y': installs = ''} = host.commands;
  const refusal = {exitCode: 100, stderr: 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 812\n'};
  let tries = 0;
  host.commands['apt-get -q -y'] = (command, machine) => {
    if (++tries < 3) return refusal;
    return typeof installs === 'function' ? installs(command, machine) : installs;
  };
  await converge(servers, host);
  expect(tries).toBe(3);
  host.commands['apt-get -q -y'] = refusal;
  await expect(converge(servers, withBroken(host))).rejects.toMatchObject({
    code: 'packages-failed',
    summary: expect.stringContaining('process 812'),
  });
});

test('the holder of a lock is awaited, and reported once by name', async () => {
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
  const {lines} = await converge(servers, host);
  expect(lines).toEqual(['waiting for unattended-upgr (process 812) to finish with apt']);
  expect(waits).toBe(3);
  expect(host.changes).toContain(`${install} haproxy`);
});

test('the locks in /proc/locks are parsed as proc(5) describes them', () => {
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
