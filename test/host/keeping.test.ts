import {mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {beforeEach, expect, test} from 'vitest';
import {recordChanges} from '../../src/host/keeping.ts';
import {createRealHost} from '../../src/host/real.ts';
import {createRecorder, readStores, type SnapshotRecord} from '../../src/host/snapshots.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const attributes = {mode: 0o644, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0};
let directory = '';
let machine = '';
const originals = () => join(directory, 'originals');
const sealKey = () => join(directory, 'seal.key');
const before = (run: string) => join(directory, run, 'before');
const keeping = (run: string, host = createRealHost()) =>
  recordChanges(host, createRecorder([originals(), before(run)], sealKey()));

async function entriesOf(store: string): Promise<Record<string, SnapshotRecord>> {
  const names = (await readdir(store).catch(() => [])).filter(name => name.endsWith('.json'));
  const entries = await Promise.all(
    names.map(async name => JSON.parse(await readFile(join(store, name), 'utf8')) as SnapshotRecord),
  );
  return Object.fromEntries(entries.map(entry => [entry.name.replace(`${machine}/`, ''), entry]));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onebox-'));
  machine = join(directory, 'machine');
  await mkdir(machine);
});

test('the original is what stood there before the first change ever, before/ what stood there before this run', async () => {
  const path = join(machine, 'haproxy.cfg');
  const bytes = Buffer.from([0x66, 0xfc, 0x72, 0x0a]);
  await writeFile(path, bytes, {mode: 0o644});
  for (const run of ['one', 'two']) {
    const {files} = keeping(run);
    await files.write(path, `of run ${run}`, attributes);
    await files.write(path, `of run ${run}, again`, attributes);
  }
  const original = (await entriesOf(originals()))['haproxy.cfg'];
  expect(original).toMatchObject({v: 1, thing: 'path', name: path, was: {type: 'file', mode: 0o644}});
  expect(await readFile(join(originals(), original?.content ?? ''))).toEqual(bytes);
  const second = (await entriesOf(before('two')))['haproxy.cfg'];
  expect(await readFile(join(before('two'), second?.content ?? ''), 'utf8')).toBe('of run one, again');
});

test('every way of changing a path is kept: absence, links, directories and all that is removed with them', async () => {
  const {files} = keeping('one');
  await symlink('elsewhere', join(machine, 'link'));
  await mkdir(join(machine, 'gone', 'below'), {recursive: true});
  await writeFile(join(machine, 'gone', 'below', 'file'), 'precious');
  await files.makeDirectory(join(machine, 'new'), {...attributes, mode: 0o755});
  await files.write(join(machine, 'new', 'file'), '', attributes);
  await files.link(join(machine, 'link'), 'here');
  await files.setAttributes(join(machine), {...attributes, mode: 0o700});
  await files.remove(join(machine, 'gone'));
  const entries = await entriesOf(originals());
  expect(Object.fromEntries(Object.entries(entries).map(([name, {was}]) => [name, was.type]))).toEqual({
    [machine]: 'directory',
    new: 'absent',
    'new/file': 'absent',
    link: 'link',
    gone: 'directory',
    'gone/below': 'directory',
    'gone/below/file': 'file',
  });
  expect(entries.link?.was).toEqual({type: 'link', target: 'elsewhere'});
  expect(await readFile(join(originals(), entries['gone/below/file']?.content ?? ''), 'utf8')).toBe('precious');
  expect(Object.keys(await entriesOf(before('one'))).sort()).toEqual(Object.keys(entries).sort());
});

test('what is kept is for root alone, whatever it was', async () => {
  await writeFile(join(machine, 'file'), '', {mode: 0o666});
  await keeping('one').files.remove(join(machine, 'file'));
  for (const store of [originals(), before('one')]) {
    expect((await stat(store)).mode & 0o777).toBe(0o700);
    const names = await readdir(store);
    expect(names).toHaveLength(2);
    for (const name of names) expect((await stat(join(store, name))).mode & 0o777).toBe(0o600);
  }
});

test('what not everybody might read is sealed: openssl and the key open it, and so do we', async () => {
  const path = join(machine, 'turnserver.conf');
  const text = 'static-auth-secret=correct horse\n';
  await writeFile(path, text, {mode: 0o640});
  await keeping('one').files.write(path, 'new', attributes);
  const entry = (await entriesOf(before('one')))['turnserver.conf'];
  const sealed = join(before('one'), entry?.content ?? '');
  expect((await readFile(sealed)).includes('horse')).toBe(false);
  const openssl = ['enc', '-d', '-aes-256-cbc', '-pbkdf2', '-pass', `file:${sealKey()}`, '-in', sealed];
  expect((await execa('openssl', openssl, {stripFinalNewline: false})).stdout).toBe(text);
  const [kept] = await readStores([before('one')], sealKey());
  expect(Buffer.from(kept?.bytes ?? []).toString()).toBe(text);
  await rm(sealKey());
  await expect(readStores([before('one')], sealKey())).rejects.toMatchObject({code: 'seal-key-missing'});
});

test('two steps that change the same thing at once keep it once', async () => {
  const {files} = keeping('one');
  const path = join(machine, 'shared');
  await mkdir(path);
  await Promise.all([0o755, 0o700].map(mode => files.setAttributes(path, {...attributes, mode})));
  expect((await readdir(originals())).filter(name => name.endsWith('.json'))).toHaveLength(1);
});

test('what cannot be kept is not changed', async () => {
  await writeFile(join(machine, 'file'), 'old');
  await writeFile(originals(), 'in the way');
  await expect(keeping('one').files.write(join(machine, 'file'), 'new', attributes)).rejects.toThrow();
  expect(await readFile(join(machine, 'file'), 'utf8')).toBe('old');
});

test('packages that come new, units, users and kernel settings are kept before the commands that change them', async () => {
  const host = createMemoryHost({
    commands: {
      'apt-get --simulate':
        'Inst libfoo [1.0] (1.1 Debian)\nInst nginx-common (1.26 Debian)\nInst nginx (1.26 Debian)\nConf nginx (1.26 Debian)\n',
      'apt-get': '',
      'systemctl show nginx.service': 'LoadState=loaded\nUnitFileState=enabled\nActiveState=inactive\n',
      'systemctl show ours.service': 'LoadState=not-found\nUnitFileState=\nActiveState=inactive\n',
      systemctl: '',
      'getent passwd mmproxy': {exitCode: 2},
      'getent passwd www-data': 'www-data:x:33:33::/var/www:/usr/sbin/nologin\n',
      useradd: '',
      'sysctl -n net.core.rmem_max': '212992\n',
      sysctl: '',
    },
  });
  const {run} = keeping('one', host);
  await run({argv: ['apt-get', '-q', '-y', 'install', 'nginx']});
  await run({argv: ['systemctl', 'daemon-reload']});
  await run({argv: ['systemctl', 'enable', '--now', 'nginx.service', 'ours.service']});
  await run({argv: ['useradd', '--system', '--shell', '/usr/sbin/nologin', 'mmproxy']});
  await run({argv: ['useradd', 'www-data']});
  await run({argv: ['sysctl', '-q', '-w', 'net.core.rmem_max=10485760']});
  const entries = await entriesOf(originals());
  expect(Object.fromEntries(Object.values(entries).map(({thing, name, was}) => [`${thing}:${name}`, was]))).toEqual({
    'package:nginx-common': {type: 'absent'},
    'package:nginx': {type: 'absent'},
    'unit:nginx.service': {type: 'unit', enabled: 'enabled', active: 'inactive'},
    'unit:ours.service': {type: 'absent'},
    'user:mmproxy': {type: 'absent'},
    'user:www-data': {type: 'value', value: 'present'},
    'sysctl:net.core.rmem_max': {type: 'value', value: '212992'},
  });
  expect(host.changes).toHaveLength(6);
});

test.each([
  ['1.29.2', ['docker-compose']],
  ['2.26.1', ['docker', 'compose']],
])('a container that is removed by its name alone is kept with its project, of compose %s', async (version, argv) => {
  const labels = {
    'com.docker.compose.project': 'pad',
    'com.docker.compose.project.working_dir': '/srv/pad',
    'com.docker.compose.version': version,
  };
  const running = {
    id: 'x',
    service: 'etherpad',
    labels,
    running: true,
    health: 'none',
    started: 0,
    healthOutput: '',
  } as const;
  const host = createMemoryHost({
    containers: {pad: [running]},
    commands: {'docker inspect --format={{json .Config.Labels}} x': `${JSON.stringify(labels)}\n`, docker: ''},
  });
  await keeping('one', host).run({argv: ['docker', 'rm', '--force', 'x']});
  const was = {type: 'project', directory: '/srv/pad', argv, running: ['etherpad'], stopped: []};
  expect((await entriesOf(originals())).pad).toMatchObject({thing: 'project', was});
});

test('containers, images, certificates, routing rules and open ports are kept too', async () => {
  const container = (service: string, running: boolean) =>
    ({id: service, service, labels: {}, running, health: 'none', started: undefined, healthOutput: ''}) as const;
  const host = createMemoryHost({
    containers: {jitsi: [container('web', true), container('turn', false)]},
    registry: {'example.test/web:1': 'sha256:1'},
    commands: {
      docker: '',
      certbot: '',
      ip: '',
      'ip -details -4 rule show pref 12300': '12300:\tfrom 127.0.0.0/8 lookup 123 proto kernel\n',
      ufw: '',
      'getent group docker': {exitCode: 2},
      'sysctl -n net.ipv4.ip_forward': '0\n',
      'apt-get --simulate': 'Inst docker.io (26 Debian)\n',
      'apt-get': '',
    },
  });
  const {run, docker} = keeping('one', host);
  await run({argv: ['docker', 'compose', '--project-name', 'jitsi', 'up', '--detach', 'web'], cwd: '/srv/jitsi'});
  await docker.pull('example.test/web:1', {onProgress: () => {}});
  await run({argv: ['certbot', 'certonly', '--cert-name', 'meet.example.test']});
  await run({argv: ['ip', '-4', 'rule', 'del', 'pref', '12300']});
  await run({argv: ['ufw', 'allow', '80/tcp', 'comment', 'jitsi-onebox']});
  await run({argv: ['apt-get', 'install', 'docker.io']});
  const entries = Object.values(await entriesOf(originals()));
  const kept = Object.fromEntries(entries.map(({thing, name, was}) => [`${thing}:${name}`, was]));
  const argv = ['docker', 'compose'];
  expect(kept).toMatchObject({
    'project:jitsi': {type: 'project', directory: '/srv/jitsi', argv, running: ['web'], stopped: ['turn']},
    'image:example.test/web:1': {type: 'absent'},
    'lineage:meet.example.test': {type: 'absent'},
    'rule:-4 12300': {type: 'value', value: '12300:\tfrom 127.0.0.0/8 lookup 123 proto kernel'},
    'port:ufw 80/tcp': {type: 'absent'},
    'package:docker.io': {type: 'absent'},
    'account:group:docker': {type: 'absent'},
    'sysctl:net.ipv4.ip_forward': {type: 'value', value: '0'},
  });
  expect(
    Object.keys(kept)
      .filter(id => id.startsWith('trace:'))
      .sort(),
  ).toEqual(['trace:/etc/docker', 'trace:/var/lib/docker']);
});
