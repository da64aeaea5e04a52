import {mkdtemp} from 'node:fs/promises';
import {createServer, type Server, type ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {createDocker} from '../../src/host/docker.ts';
import type {PullProgress} from '../../src/model/host.ts';

type Reply = (response: ServerResponse) => void;
let engine: Server | undefined;

/** Starts an Engine that answers by path, ignoring the version. */
async function startEngine(replies: Record<string, unknown>) {
  const socket = join(await mkdtemp(join(tmpdir(), 'onebox-')), 'docker.sock');
  engine = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*$/, '');
    const reply = replies[`${request.method} ${path}`];
    if (typeof reply === 'function') return (reply as Reply)(response);
    response.writeHead(reply === undefined ? 404 : 200, {'content-type': 'application/json'});
    response.end(JSON.stringify(reply ?? {message: `no such thing: ${path}`}));
  });
  await new Promise<void>(resolve => engine?.listen(socket, resolve));
  return createDocker(socket);
}

const stream =
  (...reports: object[]): Reply =>
  response => {
    for (const report of reports) response.write(`${JSON.stringify(report)}\r\n`);
    response.end();
  };

afterEach(() => {
  engine?.closeAllConnections();
  engine?.close();
  engine = undefined;
});

test('without an Engine queries find nothing, and a pull is a problem', async () => {
  const docker = createDocker(join(tmpdir(), 'no-such-socket'));
  expect(await docker.imageDigests('nginx:1')).toEqual([]);
  expect(await docker.containers('jitsi')).toEqual([]);
  await expect(docker.pull('nginx:1', {onProgress() {}})).rejects.toMatchObject({code: 'docker-not-running'});
});

test('an image is identified by its digest under the requested name, or by its id', async () => {
  const docker = await startEngine({
    'GET /images/ghcr.io/jitsi/web:stable/json': {
      Id: 'sha256:id',
      RepoDigests: ['mirror:5000/web@sha256:other', 'ghcr.io/jitsi/web@sha256:pulled'],
    },
    'GET /images/local:1/json': {Id: 'sha256:built', RepoDigests: []},
  });
  expect(await docker.imageDigests('ghcr.io/jitsi/web:stable')).toEqual(['sha256:pulled']);
  expect(await docker.imageDigests('local:1')).toEqual(['sha256:built']);
  expect(await docker.imageDigests('local:1', 'ghcr.io/jitsi/web:stable')).toEqual(['sha256:other']);
  expect(await docker.imageDigests('absent:1')).toEqual([]);
});

test('containers have service, labels, start and health; one that was just removed is skipped', async () => {
  const Labels = {'com.docker.compose.service': 'web', digest: 'abc'};
  const docker = await startEngine({
    'GET /containers/json': [{Id: 'one'}, {Id: 'two'}, {Id: 'removed'}],
    'GET /containers/one/json': {
      Id: 'one',
      Config: {Labels},
      State: {
        Running: true,
        StartedAt: '2026-11-22T08:30:00.5Z',
        Health: {Status: 'unhealthy', Log: [{Output: 'early'}, {Output: 'HTTP 502\n'}]},
      },
    },
    'GET /containers/two/json': {
      Id: 'two',
      Config: {Labels: {}},
      State: {Running: false, StartedAt: '0001-01-01T00:00:00Z'},
    },
  });
  expect(await docker.containers('jitsi')).toEqual([
    {
      id: 'one',
      service: 'web',
      labels: Labels,
      running: true,
      health: 'unhealthy',
      started: Date.parse('2026-11-22T08:30:00.5Z'),
      restarts: 0,
      healthOutput: 'HTTP 502',
    },
    {
      id: 'two',
      service: '',
      labels: {},
      running: false,
      health: 'none',
      started: undefined,
      restarts: 0,
      healthOutput: '',
    },
  ]);
});

test('an error of the Engine does not count as no containers', async () => {
  const docker = await startEngine({
    'GET /containers/json': (response: ServerResponse) => response.writeHead(500).end('{"message":"disk on fire"}'),
  });
  await expect(docker.containers('jitsi')).rejects.toThrow('disk on fire');
});

test('a pull reports the bytes of all layers together', async () => {
  const docker = await startEngine({
    'POST /images/create': stream(
      {status: 'Pulling from jitsi/web', id: 'stable'},
      {status: 'Already exists', id: 'base'},
      {status: 'Pulling fs layer', id: 'a'},
      {status: 'Waiting', id: 'b'},
      {status: 'Downloading', id: 'a', progressDetail: {current: 10, total: 100}},
      {status: 'Downloading', id: 'b', progressDetail: {current: 5, total: 50}},
      {status: 'Download complete', id: 'b'},
      {status: 'Extracting', id: 'a', progressDetail: {current: 1, total: 100}},
      {status: 'Status: Downloaded newer image'},
    ),
    'GET /images/ghcr.io/jitsi/web:stable/json': {Id: 'sha256:x', RepoDigests: []},
  });
  const seen: PullProgress[] = [];
  await docker.pull('ghcr.io/jitsi/web:stable', {onProgress: progress => seen.push(progress)});
  expect(seen).toEqual([
    {done: 10, total: 100, layer: 'a'},
    {done: 15, total: 150, layer: 'b'},
    {done: 60, total: 150, layer: 'b'},
    {done: 150, total: 150, layer: 'a'},
  ]);
});

test.each([
  [
    'refused',
    (response: ServerResponse) => response.writeHead(404).end('{"message":"manifest unknown"}'),
    'manifest unknown',
  ],
  [
    'interrupted by an error',
    stream({status: 'Pulling', id: 'a'}, {error: 'unexpected EOF', errorDetail: {}}),
    'unexpected EOF',
  ],
  ['cut off without an error', stream({status: 'Pulling', id: 'a'}), 'no such image'],
])('a pull that is %s is a problem with a remedy', async (_name, reply, words) => {
  const docker = await startEngine({'POST /images/create': reply});
  await expect(docker.pull('ghcr.io/jitsi/web:1', {onProgress() {}})).rejects.toMatchObject({
    code: 'image-pull-failed',
    summary: expect.stringContaining(words),
    remedy: expect.stringContaining('ghcr.io on port 443'),
  });
});

test.each([
  ['no space left on device', 'disk-full', 'Free some space'],
  ['dial tcp: lookup ghcr.io on 192.0.2.1:53: i/o timeout', 'image-pull-failed', 'resolves names'],
])('the Engine error "%s" is reported as %s', async (error, code, remedy) => {
  const docker = await startEngine({'POST /images/create': stream({error, errorDetail: {}})});
  const problem = {code, remedy: expect.stringContaining(remedy)};
  await expect(docker.pull('ghcr.io/jitsi/web:1', {onProgress() {}})).rejects.toMatchObject(problem);
});

test('a pull can be stopped', async () => {
  const stop = new AbortController();
  const docker = await startEngine({
    'POST /images/create': (response: ServerResponse) => {
      response.write('{"status":"Downloading","id":"a","progressDetail":{"current":1,"total":9}}\n');
    },
  });
  const pulling = docker.pull('nginx:1', {signal: stop.signal, onProgress: () => stop.abort()});
  await expect(pulling).rejects.toMatchObject({name: 'AbortError'});
});
