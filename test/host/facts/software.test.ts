import {describe, expect, test} from 'vitest';
import {parsePolicy, readCandidates, readCompose, readDocker} from '../../../src/host/facts/software.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const down = {exitCode: 1, stdout: '\n', stderr: 'Cannot connect to the Docker daemon\n'};

describe('the Engine', () => {
  test.each([
    ["Debian's", {'dockerd --version': 'Docker version 20.10.24+dfsg1, build 297e128\n'}, '20.10.24+dfsg1'],
    ["Docker's own", {'dockerd --version': 'Docker version 28.5.1, build f8215cc\n'}, '28.5.1'],
    ['one in another directory, by its client', {'docker version': '27.3.1\n'}, '27.3.1'],
    [
      'podman in the place of Docker',
      {'docker --version': 'podman version 5.4.2\n', 'docker version': '5.4.2\n'},
      null,
    ],
    ['a client alone', {'docker version': down}, null],
    ['nothing', {}, null],
  ])('%s', async (_name, commands, expected) => {
    expect((await readDocker(createMemoryHost({commands}))).value).toBe(expected);
  });

  test('is not started if its program reports the version', async () => {
    const host = createMemoryHost({commands: {'dockerd --version': 'Docker version 28.5.1, build f8215cc\n'}});
    await readDocker(host);
    expect(host.asked).toEqual(['dockerd --version']);
  });
});

describe('compose', () => {
  const plugin = {'docker compose version --short': 'v2.26.1\n'};
  const program = {'docker-compose version --short': '1.29.2\n'};
  const noPlugin = {'docker compose': {exitCode: 125, stdout: 'Usage: docker', stderr: 'unknown flag: --short\n'}};

  const noProgram = {'docker-compose version --short': {exitCode: 127, stdout: '', stderr: ''}};

  test.each([
    ['the plugin first', {...plugin, ...program}, {argv: ['docker', 'compose'], version: '2.26.1'}],
    ['the program if there is no plugin', {...noPlugin, ...program}, {argv: ['docker-compose'], version: '1.29.2'}],
    ['none of the two', noPlugin, null],
  ])('%s', async (_name, commands, expected) => {
    expect((await readCompose(createMemoryHost({commands}))).value).toEqual(expected);
  });

  const packaged = {...noPlugin, ...program, 'dpkg-query --show': '1.29.1-3+deb12u1'};
  const programs = {'/usr/bin/docker-compose': ''};

  test.each([
    ['the version of Debian’s program is its package version', packaged, programs, '1.29.1'],
    [
      'a program that overrides it is queried itself',
      packaged,
      {...programs, '/usr/local/bin/docker-compose': ''},
      '1.29.2',
    ],
    ['a removed package has no program', {...packaged, ...noProgram}, {}, undefined],
  ])('%s', async (_name, commands, files, version) => {
    const {value} = await readCompose(createMemoryHost({commands, files}));
    expect(value?.version).toBe(version);
  });
});

const policy = `nginx:
  Installed: 1.22.1-9+deb12u10
  Candidate: 1.22.1-9+deb12u11
  Version table:
     1.22.1-9+deb12u11 500
        500 http://deb.example/debian-security bookworm-security/main amd64 Packages
 *** 1.22.1-9+deb12u10 100
        100 /var/lib/dpkg/status
docker.io:
  Installed: (none)
  Candidate: 20.10.24+dfsg1-1+deb12u1+b6
  Version table:
     20.10.24+dfsg1-1+deb12u1+b6 500
        500 http://deb.example/debian bookworm/main amd64 Packages
go-mmproxy:
  Installed: (none)
  Candidate: (none)
  Version table:
`;

test('an installed version takes precedence, and unavailable packages are left out', () => {
  expect(parsePolicy(policy)).toEqual({nginx: '1.22.1-9+deb12u10', 'docker.io': '20.10.24+dfsg1-1+deb12u1+b6'});
});

test('apt is queried once for all packages', async () => {
  const host = createMemoryHost({commands: {'apt-cache policy': policy}});
  await readCandidates(host);
  expect(host.asked).toEqual([
    'apt-cache policy nginx haproxy docker.io docker-compose docker-compose-plugin certbot go-mmproxy',
  ]);
});
