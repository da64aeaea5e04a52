import {expect, test} from 'vitest';
import {readPackages} from '../../src/resources/apt.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createDebian, lists, servers} from './debian.ts';
import {compare, converge} from './work.ts';

const gone = "E: The repository 'https://dead.example.org/debian trixie Release' does not have a Release file.\n";
const cdrom = "E: The repository 'cdrom://[Debian GNU/Linux 13] trixie Release' does not have a Release file.\n";
const sources = {
  '/etc/apt/sources.list':
    '# deb https://dead.example.org/debian old main\ndeb cdrom:[Debian GNU/Linux 13]/ trixie main\n',
  '/etc/apt/sources.list.d/dead.list': '\ndeb https://dead.example.org/debian trixie main\n',
};

/** A Debian whose index is old. */
function createOld(stderr: string, more: Readonly<Record<string, object | string>> = {}) {
  const host = createDebian({}, sources);
  host.commands['apt-get -q update'] = {exitCode: 100, stderr};
  Object.assign(host.commands, more);
  return host;
}

test.each([
  ['a dead repository', gone, 'https://dead.example.org/debian (/etc/apt/sources.list.d/dead.list:2)'],
  ['a line of the installer’s disc', cdrom, '(/etc/apt/sources.list:2)'],
  [
    'a packages file that is gone',
    'E: Failed to fetch https://dead.example.org/debian/dists/trixie/Packages  404\n',
    'dead.list:2',
  ],
])('%s is named, and the packages are installed from the others', async (_what, stderr, place) => {
  const {lines} = await converge(servers, createOld(stderr));
  expect(lines.join('\n')).toContain(`${place}`);
  expect(lines.join('\n')).toContain('does not answer; going on without');
});

test('where the packages need it, the source is named with its line, and what to do', async () => {
  const missing = {exitCode: 100, stderr: 'E: Unable to locate package haproxy\n'};
  await expect(converge(servers, createOld(gone, {'apt-get -q -y': missing}))).rejects.toMatchObject({
    code: 'mirror-failed',
    summary: expect.stringMatching(/dead\.list:2[\s\S]*Unable to locate package haproxy/),
    remedy: expect.stringContaining('Put a # before the line'),
  });
});

test.each([
  ['a file of paragraphs', 'Types: deb\nURIs: https://dead.example.org/debian/\nSuites: trixie\n', 'Enabled: no', 2],
  [
    'a line after a longer path',
    'deb https://dead.example.org/debian-own x y\ndeb https://dead.example.org/debian trixie main\n',
    'Enabled: no',
    2,
  ],
])('in %s the right line is named, with what to do about it', async (_what, text, advice, line) => {
  const missing = {exitCode: 100, stderr: 'E: Unable to locate package haproxy\n'};
  const host = createDebian({}, {'/etc/apt/sources.list.d/own.sources': text});
  host.commands['apt-get -q update'] = {exitCode: 100, stderr: gone};
  host.commands['apt-get -q -y'] = missing;
  await expect(converge(servers, host)).rejects.toMatchObject({
    summary: expect.stringContaining(`own.sources:${line}`),
    remedy: expect.stringContaining(advice),
  });
});

test('a clock that is late is named', async () => {
  const late =
    'E: Release file for http://deb.example.org/dists/trixie/InRelease is not valid yet (invalid for another 3h 2min 1s).\n';
  await expect(converge(servers, createOld(late))).rejects.toMatchObject({
    summary: expect.stringContaining('not valid yet'),
    remedy: expect.stringContaining('clock'),
  });
});

test('an update that fails for another reason stops the step', async () => {
  await expect(converge(servers, createOld('E: No space left on device\n'))).rejects.toMatchObject({code: 'disk-full'});
});

test.each([
  [
    'a hook of apt',
    "** etckeeper detected uncommitted changes in /etc prior to apt run\n** Aborting apt run. Manually commit and restart.\nE: Problem executing scripts DPkg::Pre-Install-Pkgs '/usr/share/etckeeper/pre-install'\nE: Sub-process returned an error code\n",
    'etckeeper detected uncommitted changes',
    'refused: do what it says above',
  ],
  [
    'a script of a package',
    'Setting up nginx (1.26) ...\nnginx: [emerg] bind() to 0.0.0.0:80 failed\ndpkg: error processing package nginx (--configure):\n installed nginx package post-installation script subprocess returned error exit status 1\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n',
    'bind() to 0.0.0.0:80 failed',
    'Correct what apt complains about',
  ],
])('%s that refuses is shown with its reason from the lines above', async (_what, stderr, reason, remedy) => {
  const host = createDebian({}, lists);
  host.commands['apt-get -q -y'] = {exitCode: 100, stdout: 'Reading package lists...\n', stderr};
  await expect(converge(servers, host)).rejects.toMatchObject({
    summary: expect.stringContaining(reason),
    remedy: expect.stringContaining(remedy),
  });
});

test('left-over configuration of a foreign architecture does not hide what is installed', async () => {
  const lines = 'nginx installed\nhaproxy installed\nhaproxy config-files\n';
  const host = createMemoryHost({commands: {'dpkg-query --show': lines}});
  expect((await readPackages(host)).states.get('haproxy')).toBe('installed');
  expect(await compare(servers, host)).toEqual([]);
});
