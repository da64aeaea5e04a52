import {once} from 'node:events';
import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {enterRoom} from '../lab/enter.ts';
import {parseMetrics} from '../stack/metrics/parser.ts';
import {requireInstalled} from './hosts.ts';
import {type Answer, apply, ask, eventually, guest, type Room} from './lab.ts';

const neighbour = '192.168.77.20';
const listeners = () => guest('ss --listening --tcp --numeric --no-header | grep -c :9812 || true');
const read = (room: Room, address: string, ...options: readonly string[]) =>
  ask(room, ['curl', '--silent', '--show-error', '--max-time', '10', ...options, `http://${address}:9812/metrics`]);
/** The status of curl when a server closes the connection without an answer, or resets it. */
const isUnanswered = ({exitCode, stdout}: Answer) => [52, 56].includes(exitCode) && stdout === '';

beforeAll(async () => {
  await requireInstalled();
  expect(await listeners(), 'metrics that nobody asked for').toBe('0');
  const {exitCode, all} = await apply(
    ...['--set', 'metrics.enabled=true', '--set', `metrics.allow=[127.0.0.1, ${neighbour}]`],
  );
  expect(exitCode, all).toBe(0);
});
afterAll(async () => {
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain']);
  expect(exitCode, all).toBe(0);
  expect(await listeners()).toBe('0');
  expect(await guest('ls /run | grep metrics || true')).toBe('');
});

test('who is allowed gets figures in the format of Prometheus, and nobody else gets an answer', async () => {
  for (const [room, address] of [
    ['guest', '127.0.0.1'],
    ['lan', '192.168.77.10'],
  ] as const) {
    const {exitCode, stdout, all} = await read(room, address, '--fail');
    expect(exitCode, all).toBe(0);
    const series = parseMetrics(`${stdout}\n`);
    expect(series.get('jitsi_onebox_container_healthy{container="videobridge"}')).toBe(1);
    for (const name of ['host', 'containers', 'meetings', 'checks'])
      expect(series.get(`jitsi_onebox_collector_success{collector="${name}"}`), name).toBe(1);
  }
  expect(await read('router', '192.168.77.10')).toSatisfy(isUnanswered);
  expect(await read('lan', '192.168.77.10', '--data', 'x=1')).toSatisfy(isUnanswered);
  expect(await read('outside', '198.51.100.10', '--connect-timeout', '2'), 'the internet').toMatchObject({stdout: ''});
});

test('local users get nothing past nginx, and no number of questions switches the metrics off', async () => {
  const socket = '/run/jitsi-onebox-metrics.sock';
  const connect = (count: number) =>
    `perl -MSocket -e 'for (1..${count}) { socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un("${socket}")) or die }'`;
  await guest(`! setpriv --reuid=nobody --regid=nogroup --clear-groups ${connect(1)} 2>&1`);
  await guest(connect(500));
  expect(await guest('systemctl is-active jitsi-onebox-metrics.socket')).toBe('active');
  await eventually(20, async () => expect((await read('guest', '127.0.0.1', '--fail')).exitCode).toBe(0));
});

test('the participants of a meeting are counted', async () => {
  const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
  const script = new URL('meeting.ts', import.meta.url).pathname;
  const [file = '', ...args] = enterRoom('outside', [node, '--use-system-ca', script, '2']);
  const meeting = execa(file, args, {stdin: 'pipe', reject: false});
  await Promise.race([once(meeting.stdout, 'data'), meeting]);
  try {
    // Jicofo keeps the call that proved the settings for a moment.
    await eventually(10, async () => {
      const series = parseMetrics(`${(await read('lan', '192.168.77.10')).stdout}\n`);
      expect([series.get('jitsi_onebox_conferences'), series.get('jitsi_onebox_participants')]).toEqual([1, 2]);
    });
  } finally {
    meeting.stdin.end();
    await meeting;
  }
});

test('an answer costs little, and leaves nothing in the journal', async () => {
  const {stderr} = await ask('guest', ['bash', '-c', 'TIMEFORMAT="%U %S"; time jitsi-onebox metrics >/dev/null']);
  const [user = 0, system = 0] = stderr.split(' ').map(Number);
  console.log(`An answer takes ${(user + system).toFixed(2)} s of a processor.`);
  expect(user + system).toBeLessThan(3);
  // In a few of them nginx closes the connection before the program has exited.
  const url = 'http://127.0.0.1:9812/metrics';
  await guest(`for i in $(seq 12); do curl -sS -o /dev/null ${url} & curl -sS -o /dev/null ${url}; wait; done`);
  const journal = 'journalctl --quiet --since -2min --no-pager --output short';
  expect(await guest(`${journal} | grep jitsi-onebox-metrics@ || true`)).toBe('');
});
