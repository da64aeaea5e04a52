import {expect, test, vi} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import {loggingPlaces} from '../../src/model/log-line.ts';
import {followLogs, readLogs} from '../../src/stack/logs.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

vi.mock('node:timers/promises', async importOriginal => {
  const real = await importOriginal<typeof import('node:timers/promises')>();
  const setTimeout: typeof real.setTimeout = (ms = 0, ...rest) => real.setTimeout(ms / 20, ...rest);
  return {setTimeout};
});

const prosody: ContainerState = {
  id: 'abc',
  service: 'prosody',
  labels: {},
  running: true,
  health: 'healthy',
  started: 1,
  restarts: 0,
  healthOutput: '',
};
const since = Date.parse('2026-11-22T08:00:00Z');
const entry = (microseconds: number, message: unknown, more: object) =>
  JSON.stringify({__REALTIME_TIMESTAMP: String(microseconds), MESSAGE: message, ...more});
const journal = [
  entry(since * 1000 + 3_000_001, 'Reloaded.', {UNIT: 'nginx.service', _SYSTEMD_UNIT: 'init.scope'}),
  entry(since * 1000 + 1_000_000, [103, 114, 195, 188, 110], {_SYSTEMD_UNIT: 'haproxy.service'}),
  entry(since * 1000 + 4_000_000, 'No renewals.', {_SYSTEMD_UNIT: 'certbot.service', SYSLOG_IDENTIFIER: 'certbot'}),
  '{"MESSAGE":"cut o',
].join('\n');

const createHost = () =>
  createMemoryHost({
    containers: {jitsi: [prosody]},
    commands: {
      journalctl: journal,
      'docker logs': {
        stdout: '2026-11-22T08:00:02.000000000Z connected\nno time\n',
        stderr: '2026-11-22T08:00:02.500000000Z warned\n2026-11-22T08:00:02.600000000Z \n',
      },
    },
  });

test('journals and containers are one list, each line with the place that it is from', async () => {
  const host = createHost();
  const lines = await readLogs(host, {name: 'jitsi'}, {places: loggingPlaces, since});
  expect(lines.map(({at, place, text}) => `${at.slice(17, 26)} ${place} ${text}`)).toEqual([
    '01.000000 haproxy grün',
    '02.000000 prosody connected',
    '02.500000 prosody warned',
    '03.000001 nginx Reloaded.',
    '04.000000 host certbot: No renewals.',
  ]);
  expect(host.changes).toEqual([]);
});

test.each([
  ['prosody', ['docker logs --timestamps --since 2026-11-22T08:00:00.000Z abc']],
  ['web', []],
  [
    'nginx',
    [
      'journalctl --quiet --no-pager --output=json --output-fields=MESSAGE,UNIT,_SYSTEMD_UNIT,SYSLOG_IDENTIFIER --since=@1795334400 --unit=nginx.service',
    ],
  ],
] as const)('only what %s logs is asked for', async (place, asked) => {
  const host = createHost();
  await readLogs(host, {name: 'jitsi'}, {places: [place], since});
  expect(host.asked).toEqual(asked);
});

test('following yields what was logged in the order of time, and ends with the signal', async () => {
  const host = createHost();
  const stop = new AbortController();
  const follow: typeof host.query = (command, {signal, onLine} = {}) => {
    const lines = command.argv[0] === 'journalctl' ? journal : '2026-11-22T08:00:02.000000000Z connected';
    for (const line of lines.split('\n')) onLine?.({stream: 'stdout', line});
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('stopped'))));
  };
  const found: string[] = [];
  const question = {places: ['nginx', 'haproxy', 'prosody'], since, signal: stop.signal} as const;
  for await (const lines of followLogs({...host, query: follow}, {name: 'jitsi'}, question)) {
    found.push(...lines.map(({text}) => text));
    stop.abort();
  }
  expect(found).toEqual(['grün', 'connected', 'Reloaded.', 'certbot: No renewals.']);
});

test('a log that ends is followed again from its newest line on, whatever other logs of its place do', async () => {
  const services = ['web', 'whiteboard'].map(service => ({...prosody, id: service, service}));
  const host = createMemoryHost({containers: {jitsi: services}});
  const stop = new AbortController();
  const line = (second: number, text: string) => `2026-11-22T08:00:0${second}.500000000Z ${text}`;
  const rounds = [[line(1, 'first'), line(2, 'second')], [], [line(1, 'first'), line(2, 'second'), line(3, 'third')]];
  const asked: string[] = [];
  const follow: typeof host.query = async ({argv}, {signal, onLine} = {}) => {
    const isWeb = argv.at(-1) === 'web';
    if (isWeb) asked.push(argv[argv.indexOf('--since') + 1] ?? '');
    const round = isWeb ? rounds.shift() : undefined;
    for (const each of round ?? []) onLine?.({stream: 'stdout', line: each});
    if (round) return {exitCode: 0, stdout: '', stderr: ''};
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('stopped'))));
  };
  const found: string[] = [];
  const question = {places: ['web'], since, signal: stop.signal} as const;
  for await (const lines of followLogs({...host, query: follow}, {name: 'jitsi'}, question)) {
    found.push(...lines.map(({text}) => text));
    if (found.includes('third')) stop.abort();
  }
  expect(found).toEqual(['first', 'second', 'third']);
  const newest = '2026-11-22T08:00:02.500Z';
  expect(asked.slice(0, 3)).toEqual(['2026-11-22T08:00:00.000Z', newest, newest]);
});
