import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {restartNeeded} from '../../../src/stack/checks/restarts.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const shown = 'Id=nginx.service\nMainPID=11\n\nId=haproxy.service\nMainPID=12\n\nId=docker.service\nMainPID=0\n';
const commands = {'systemctl show': shown, 'uname --kernel-release': '6.12.1-amd64\n'};
const run = (host: Parameters<typeof createMemoryHost>[0]) =>
  restartNeeded.run(openRound(createMemoryHost(host), new AbortController().signal).context);

test('a service that runs replaced code is named, and only it', async () => {
  const grep = ({argv}: {argv: readonly string[]}) => {
    expect(argv.slice(-2)).toEqual(['/proc/11/maps', '/proc/12/maps']);
    return '/proc/12/maps\n';
  };
  expect(await run({commands: {...commands, grep}})).toMatchObject({
    state: 'warning',
    evidence: 'haproxy.service runs code from before an update',
    remedy: 'Outside of meetings: sudo systemctl restart haproxy.service.',
  });
});

test.each([
  ['a newer kernel', {'/vmlinuz': {link: 'boot/vmlinuz-6.12.9-amd64'}}, /6\.12\.9-amd64 is installed, and 6\.12\.1/],
  ['a package that asks for it', {'/run/reboot-required': ''}, /asks for a reboot/],
])('a reboot is asked for with %s', async (_what, files, evidence) => {
  const finding = await run({files, commands: {...commands, grep: {exitCode: 1}}});
  expect(finding).toMatchObject({state: 'warning', evidence: expect.stringMatching(evidence)});
  expect(finding.remedy).toContain('systemctl reboot');
});

test('without news, or in a container without kernels, all is well', async () => {
  const files = {'/vmlinuz': {link: 'boot/vmlinuz-6.12.1-amd64'}};
  for (const host of [{files, commands: {...commands, grep: {exitCode: 1}}}, {commands: {}}])
    expect(await run(host)).toMatchObject({state: 'ok'});
});
