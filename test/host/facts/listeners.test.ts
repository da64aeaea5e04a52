import {describe, expect, test} from 'vitest';
import {parseListeners, parseOwners, parsePublishedPorts, readListeners} from '../../../src/host/facts/listeners.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const ss = `udp UNCONN 0      0      127.0.0.54%lo:53   0.0.0.0:* users:(("systemd-resolve",pid=1873,fd=5))
udp UNCONN 0      0            0.0.0.0:10000 0.0.0.0:* users:(("docker-proxy",pid=900,fd=4))
tcp LISTEN 0      511          0.0.0.0:443   0.0.0.0:* users:(("nginx",pid=702,fd=8),("nginx",pid=700,fd=8))
tcp LISTEN 0      511             [::]:443      [::]:* users:(("nginx",pid=702,fd=9),("nginx",pid=700,fd=9))
tcp LISTEN 0      128                *:8080       *:* users:(("a b",pid=12,fd=3))
tcp LISTEN 0      128            [::1]:631     [::]:*
`;

describe('a line of ss', () => {
  test.each([
    ['IPv4 and the oldest process', 2, {protocol: 'tcp', address: '0.0.0.0', port: 443, process: 'nginx', pid: 700}],
    ['IPv6 without brackets', 3, {protocol: 'tcp', address: '::', port: 443, process: 'nginx', pid: 700}],
    ['both families, and a name with a space', 4, {protocol: 'tcp', address: '*', port: 8080, process: 'a b', pid: 12}],
    ['a device', 0, {protocol: 'udp', address: '127.0.0.54%lo', port: 53, process: 'systemd-resolve', pid: 1873}],
    ['a process that only root can see', 5, {protocol: 'tcp', address: '::1', port: 631}],
  ])('shows %s', (_name, index, expected) => {
    expect(parseListeners(ss)[index]).toEqual(expected);
  });

  test('for each worker of one program (reuseport) is one listener', () => {
    const line = 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=7,fd=6))';
    expect(parseListeners(`${line}\n${line}\n`)).toHaveLength(1);
  });

  test.each(['', 'tcp', 'Netid State Recv-Q', 'tcp LISTEN x y z:1 a', 'tcp LISTEN 0 0 nowhere nowhere'])(
    'in another format is skipped: %j',
    line => {
      expect(parseListeners(line)).toEqual([]);
    },
  );
});

test('dpkg-query names the first package, without its architecture', () => {
  const text = `nginx: /usr/sbin/nginx
libc6:amd64: /lib64/x
one, two:amd64: /etc/shared
diversion by dash from: /bin/sh
dash: /bin/sh
`;
  expect([...parseOwners(text)]).toEqual([
    ['/usr/sbin/nginx', 'nginx'],
    ['/lib64/x', 'libc6'],
    ['/etc/shared', 'one'],
    ['/bin/sh', 'dash'],
  ]);
});

test('docker ps lists single ports, ranges and both families, and no unpublished ports', () => {
  const text = `web-1\tshop\t0.0.0.0:8000-8002->80-82/tcp, :::8000-8002->80-82/tcp, 9000/tcp
lone\t\t127.0.0.1:53->53/udp
`;
  const web = {protocol: 'tcp', first: 8000, last: 8002, container: {name: 'web-1', project: 'shop'}};
  expect(parsePublishedPorts(text)).toEqual([
    web,
    web,
    {protocol: 'udp', first: 53, last: 53, container: {name: 'lone'}},
  ]);
});

describe('the user of a port', () => {
  const files = {
    '/proc/700/cgroup': '0::/system.slice/nginx.service\n',
    '/proc/700/exe': {link: '/usr/sbin/nginx (deleted)'},
    '/proc/900/cgroup': '12:pids:/system.slice/docker.service\n1:name=systemd:/system.slice/docker.service\n0::/\n',
    '/proc/900/exe': {link: '/usr/sbin/docker-proxy'},
    '/proc/12/cgroup': '0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n',
    '/proc/12/exe': {link: '/usr/bin/tool'},
  };
  const commands = {
    ss,
    // nginx is known by its merged path and tool by its old one; a path that is not found makes the exit code 1.
    'dpkg-query -S': {exitCode: 1, stdout: 'nginx: /usr/sbin/nginx\ntools: /bin/tool\n', stderr: 'no path found'},
    'docker ps': 'jvb-1\tmeet\t0.0.0.0:10000->10000/udp\n',
  };

  test('is its unit, its package and its container', async () => {
    const {value = []} = await readListeners(createMemoryHost({files, commands}));
    const of = (port: number) => value.find(listener => listener.port === port);
    expect(of(443)).toMatchObject({process: 'nginx', unit: 'nginx.service', package: 'nginx'});
    expect(of(10_000)).toMatchObject({unit: 'docker.service', container: {name: 'jvb-1', project: 'meet'}});
    expect(of(8080)).toEqual({protocol: 'tcp', address: '*', port: 8080, process: 'a b', pid: 12, package: 'tools'});
    expect(of(631)).toEqual({protocol: 'tcp', address: '::1', port: 631});
  });

  test('is omitted without root and dpkg, but the port is reported', async () => {
    const {value = []} = await readListeners(createMemoryHost({denied: ['/proc'], commands: {ss}}));
    expect(value.find(listener => listener.port === 443)).toEqual({
      protocol: 'tcp',
      address: '0.0.0.0',
      port: 443,
      process: 'nginx',
      pid: 700,
    });
  });

  test('Docker is queried only if one of its proxies listens', async () => {
    const host = createMemoryHost({commands: {...commands, ss: 'tcp LISTEN 0 1 0.0.0.0:22 0.0.0.0:*\n'}});
    await readListeners(host);
    expect(host.asked).toEqual(['ss -Hltunp']);
  });
});

test('s7: a name with the end of an entry in it does not pass for another process', () => {
  const line = (name: string) => `tcp LISTEN 0 128 0.0.0.0:443 0.0.0.0:* users:(("${name}",pid=7777,fd=3))`;
  for (const name of ['x",pid=1,fd=3)', '",pid=1,fd=3),(', '),("', 'a"b'])
    expect(parseListeners(line(name))).toEqual([expect.objectContaining({process: name, pid: 7777})]);
});

test('h3: a program whose path is a pattern is not taken for another one', async () => {
  const host = createMemoryHost({
    files: {'/proc/7/exe': {link: '/home/x/[a]*?'}},
    commands: {ss: 'tcp LISTEN 0 1 *:80 *:* users:(("x",pid=7,fd=8))\n', 'dpkg-query': ''},
  });
  await readListeners(host);
  expect(host.asked).toContain(String.raw`dpkg-query -S /home/x/\[a\]\*\? /usr/home/x/\[a\]\*\?`);
});
