import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {readEngine} from '../../../src/host/facts/engine.ts';
import type {Compose, Engine} from '../../../src/model/facts.ts';
import {known} from '../../../src/model/facts.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

type Machine = Parameters<typeof createMemoryHost>[0] & {version?: string | null; compose?: Compose | null};

const packages = (...names: string[]) => ({
  'dpkg-query --show': {exitCode: 1, stdout: names.map(name => `${name} installed\n`).join('')},
});
const unit = {
  'systemctl show docker.service --property=LoadState': 'LoadState=loaded\n',
  'systemctl is-active docker.service': 'active\n',
};
const client = {'docker --version': 'Docker version 26.1.5+dfsg1, build a72d7cd\n'};
const socket = {'/run/docker.sock': '', '/var/run': {link: '/run'}};
const debian = {...packages('docker.io'), ...unit, ...client};

async function look({version = '26.1.5+dfsg1', compose = null, ...machine}: Machine): Promise<Engine> {
  const host = createMemoryHost(machine);
  const versions = {
    docker: Promise.resolve(known(version, 'test')),
    compose: Promise.resolve(known(compose, 'test')),
  };
  const {value} = await readEngine(host, versions);
  expect(host.changes).toEqual([]);
  // A client would start a stopped Engine through its socket.
  expect(host.asked.filter(line => /^docker (?!--version)/.test(line))).toEqual([]);
  if (value === undefined) throw new Error('unknown');
  return value;
}

describe('the product', () => {
  test('Docker of Debian: package, unit, socket; its compose can drive it', async () => {
    const compose: Compose = {argv: ['docker', 'compose'], version: '2.26.1'};
    expect(await look({commands: debian, files: socket, compose})).toEqual({
      product: 'debian',
      version: '26.1.5+dfsg1',
      origin: 'package docker.io',
      unit: 'docker.service',
      running: true,
      socket: '/run/docker.sock',
      rootful: true,
      compose: {...compose, fits: true},
      elsewhere: null,
      settings: [],
      broken: null,
      proxies: [],
    });
  });

  test('Docker CE with compose 1.29, which cannot drive it', async () => {
    const compose: Compose = {argv: ['docker-compose'], version: '1.29.2'};
    const commands = {...debian, ...packages('docker-ce')};
    const engine = await look({commands, files: socket, version: '28.5.1', compose});
    expect(engine).toMatchObject({product: 'docker-ce', origin: 'package docker-ce', compose: {fits: false}});
  });

  test.each([
    [
      'podman-docker',
      packages('podman-docker'),
      {
        '/run/podman/podman.sock': '',
        '/run/docker.sock': {link: '/run/podman/podman.sock'},
        '/var/run': {link: '/run'},
      },
      {product: 'podman', version: '5.4.2', origin: 'package podman-docker', socket: '/run/podman/podman.sock'},
    ],
    ['a link to podman', {}, {}, {product: 'podman', version: '5.4.2', origin: 'docker --version', socket: null}],
  ])('%s', async (_name, more, files, expected) => {
    const commands = {'docker --version': 'podman version 5.4.2\n', ...more};
    expect(await look({commands, files, version: null})).toMatchObject(expected);
  });

  test.each([
    ["snap's Docker", {commands: {}, files: {'/snap/bin/docker': '', ...socket}, version: null}, 'snap'],
    [
      "snap's Docker with Debian's client",
      {commands: client, files: {'/snap/bin/docker': '', ...socket}, version: '28.1.1'},
      'snap',
    ],
    [
      "Debian's Docker beside a snap that is off",
      {commands: debian, files: {'/snap/bin/docker': '', ...socket}},
      'debian',
    ],
    [
      'rootless Docker on the socket of root',
      {
        commands: debian,
        files: {
          '/run/user/1000/docker.sock': '',
          '/run/docker.sock': {link: '/run/user/1000/docker.sock'},
          '/var/run': {link: '/run'},
        },
      },
      'rootless',
    ],
    ['binaries without a unit', {commands: client, version: '27.3.1'}, 'other'],
    ['nothing', {version: null}, 'none'],
  ] as const)('%s', async (_name, machine, product) => {
    expect(await look(machine as Machine)).toMatchObject({product, rootful: product !== 'rootless'});
  });
});

describe('the settings of the daemon', () => {
  const path = '/etc/docker/daemon.json';
  const settingsOf = async (machine: Machine) =>
    (await look({...machine, commands: {...debian, ...machine.commands}})).settings;

  test('come from its file, as far as they matter', async () => {
    const text =
      '{"iptables": false, "log-driver": "local", "default-address-pools": [{"base": "10.9.0.0/16", "size": 24}]}';
    expect(await settingsOf({files: {[path]: text}})).toEqual([
      {name: 'iptables', value: 'false', source: path},
      {name: 'default-address-pools', value: '[{"base":"10.9.0.0/16","size":24}]', source: path},
    ]);
  });

  test('come from the running process, which may name another file', async () => {
    const source = 'the command line of docker.service';
    const files = {
      '/proc/77/cmdline':
        '/usr/bin/dockerd\0-H\0fd://\0--config-file=/srv/d.json\0--live-restore\0--userns-remap\0default\0',
      '/srv/d.json': '{"data-root": "/srv/docker"}',
    };
    const commands = {
      'systemctl show docker.service --property=MainPID,ExecStart': 'MainPID=77\nExecStart={ path=x }\n',
    };
    expect(await settingsOf({files, commands})).toEqual([
      {name: 'data-root', value: '/srv/docker', source: '/srv/d.json'},
      {name: 'live-restore', value: 'true', source},
      {name: 'userns-remap', value: 'default', source},
    ]);
  });

  test.each(['--iptables=0', '--iptables=F', '--iptables=FALSE'])('%s is off, as Go reads it', async option => {
    const files = {'/proc/77/cmdline': `/usr/bin/dockerd\0${option}\0`};
    const commands = {'systemctl show docker.service --property=MainPID,ExecStart': 'MainPID=77\nExecStart={ }\n'};
    expect(await settingsOf({files, commands})).toMatchObject([{name: 'iptables', value: 'false'}]);
  });

  test("of a stopped one come from its unit and from Debian's file of options", async () => {
    const start = '{ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS ; ignore_errors=no }';
    const commands = {'systemctl show docker.service --property=MainPID,ExecStart': `MainPID=0\nExecStart=${start}\n`};
    const files = {'/etc/default/docker': 'DOCKER_OPTS="--iptables=false --dns 9.9.9.9"\n'};
    expect(await settingsOf({files, commands})).toMatchObject([{name: 'iptables', value: 'false'}]);
  });

  test.each([
    ['{"iptables": false,}', path],
    ['[]', path],
    ['', null],
    ['{}', null],
    ['\uFEFF{}', null],
  ])('%j', async (text, broken) => {
    expect(await look({commands: debian, files: {[path]: text}})).toMatchObject({broken, settings: []});
  });
});

describe("root's client", () => {
  const directory = `/root/.docker/contexts/meta/${createHash('sha256').update('far').digest('hex')}`;
  const config = '/root/.docker/config.json';
  const remote = {
    [config]: '{"currentContext": "far"}',
    [`${directory}/meta.json`]: '{"Name": "far", "Endpoints": {"docker": {"Host": "ssh://far.example.org"}}}',
  };

  test.each([
    ['a context', remote, {host: 'ssh://far.example.org', source: `context far in ${config}`}],
    [
      'a context that is gone',
      {[config]: '{"currentContext": "far"}'},
      {host: 'an unknown host', source: `context far in ${config}`},
    ],
    ['the default context', {[config]: '{"currentContext": "default"}'}, null],
    [
      'DOCKER_HOST of the shell, before a context',
      {...remote, '/proc/self/environ': 'HOME=/root\0DOCKER_HOST=tcp://10.0.0.9:2375\0LANG=C\0'},
      {host: 'tcp://10.0.0.9:2375', source: 'DOCKER_HOST of this shell'},
    ],
    [
      'DOCKER_CONTEXT of the shell, before the file',
      {...remote, [config]: '{"currentContext": "default"}', '/proc/self/environ': 'A=1\0DOCKER_CONTEXT=far\0'},
      {host: 'ssh://far.example.org', source: 'context far of DOCKER_CONTEXT'},
    ],
    [
      'the default one by DOCKER_CONTEXT, before the file',
      {...remote, '/proc/self/environ': 'DOCKER_CONTEXT=default\0'},
      null,
    ],
    [
      'DOCKER_HOST for all',
      {'/etc/environment': 'PATH=/bin\nDOCKER_HOST="ssh://far"\n'},
      {host: 'ssh://far', source: 'DOCKER_HOST in /etc/environment'},
    ],
    ['DOCKER_HOST to this Engine', {...remote, '/proc/self/environ': 'DOCKER_HOST=unix:///run/docker.sock\0'}, null],
  ])('%s', async (_name, files, elsewhere) => {
    expect(await look({commands: debian, files})).toMatchObject({elsewhere});
  });

  test('gives containers a proxy', async () => {
    const files = {
      [config]: '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "noProxy": "x", "ftpProxy": ""}}}',
    };
    expect(await look({commands: debian, files})).toMatchObject({proxies: ['HTTP_PROXY']});
  });
});
