import {expect, test} from 'vitest';
import {soundConfiguration} from '../../src/resources/sound-configuration.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const sound = soundConfiguration({
  program: 'haproxy',
  place: 'haproxy',
  test: async () => ['haproxy', '-c'],
  ours: /\/haproxy\.cfg/,
});

const refusing = (complaint: string, exitCode = 1) => ({exitCode, stdout: '', stderr: complaint});
const dpkg = (state: string) => ({'dpkg-query --show': state});
const broken = {'haproxy -c': refusing("[ALERT] /etc/haproxy/conf.d/shop.cfg:3: unknown keyword 'bnid'\n")};

test.each([
  ['is sound', {'haproxy -c': '', ...dpkg('installed')}],
  ['has no program', {'haproxy -c': refusing('', 127)}],
  ['may not be read', {'haproxy -c': refusing('Permission denied')}],
  ['has a fault of ours', {'haproxy -c': refusing('[ALERT] /etc/haproxy/haproxy.cfg:7: fault'), ...dpkg('installed')}],
  ['belongs to a package that dpkg has not configured', {...broken, ...dpkg('unpacked')}],
])('a configuration that %s stops nothing', async (_name, commands) => {
  expect(await sound.read(createMemoryHost({commands}))).toBeUndefined();
});

test.each([
  ['a package', 'installed'],
  ['a program without a package', ''],
])('a foreign fault in the configuration of %s stops the plan and is quoted', async (_name, state) => {
  const commands = {...broken, ...dpkg(state)};
  await expect(sound.read(createMemoryHost({commands}))).rejects.toMatchObject({
    code: 'configuration-broken',
    message: expect.stringContaining("unknown keyword 'bnid'"),
  });
});
