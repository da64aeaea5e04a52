import {expect, test} from 'vitest';
import {createMemoryHost} from '../fakes/memory-host.ts';

test('a link is followed by read and by resolve, not by stat', async () => {
  const {files} = createMemoryHost({files: {'/etc/live/a.pem': 'PEM', '/etc/tls/a.pem': {link: '../live/a.pem'}}});
  expect(await files.read('/etc/tls/a.pem')).toBe('PEM');
  expect(await files.resolve('/etc/tls/a.pem')).toBe('/etc/live/a.pem');
  expect((await files.stat('/etc/tls/a.pem'))?.type).toBe('link');
  expect(await files.list('/etc/tls')).toEqual(['a.pem']);
});

test('a file in a missing directory is refused, as by the kernel', async () => {
  const {files} = createMemoryHost();
  await expect(files.write('/etc/nginx/x', '', {mode: 0o644, uid: 0, gid: 0})).rejects.toMatchObject({code: 'ENOENT'});
});

test('the longest scripted prefix answers, and changes are recorded in order', async () => {
  const host = createMemoryHost({
    commands: {systemctl: '', 'systemctl show': 'ActiveState=active\n', false: {exitCode: 1, stderr: 'no\n'}},
  });
  expect((await host.query({argv: ['systemctl', 'show', 'nginx']})).stdout).toContain('active');
  await host.run({argv: ['systemctl', 'reload', 'nginx']});
  await expect(host.run({argv: ['false']})).rejects.toMatchObject({exitCode: 1, tail: ['no']});
  expect((await host.query({argv: ['nothing']})).exitCode).toBe(127);
  expect(host.changes).toEqual(['run systemctl reload nginx', 'run false']);
});
