import {afterAll, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, guest, outside, settings} from './lab.ts';
import {status} from './proof.ts';
import {startServices, stopServices} from './site-services.ts';
import {watchPages} from './steady.ts';
import {undo} from './undone.ts';

const sites = (...words: readonly string[]) => ask('guest', ['jitsi-onebox', 'sites', ...words]);
const change = (...words: readonly string[]) => sites(...words, '--yes', '--plain');
const fetch = (url: string, ...options: readonly string[]) =>
  outside(`curl -sS --max-time 10 ${options.join(' ')} ${url} 2>&1`);
const subjectOf = (domain: string) =>
  outside(
    `timeout 10 openssl s_client -connect ${domain}:443 -servername ${domain} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer`,
  );
const readSettings = () => guest('cat /etc/jitsi-onebox/settings.yaml');

/** What nobody but these sites would leave on a host. */
const listTraces = () =>
  guest(
    'find /etc/nginx /etc/letsencrypt /etc/jitsi-onebox /usr/local/sbin \\( -name "jitsi_site*" -o -name "renew_site*" -o -name "*www.example.test*" -o -name "*static.example.test*" \\)',
  );

let visitor = '';

beforeAll(async () => {
  await requireInstalled();
  await startServices();
  visitor = (await outside("ip -4 -o route get 198.51.100.10 | grep -oP 'src \\K\\S+'")).trim();
});
afterAll(stopServices);

test('input that does not fit is named, and nothing is changed', async () => {
  const cases: readonly (readonly [words: readonly string[], exit: number, complaint: string])[] = [
    [
      ['add', 'meet.example.test', '--to', '127.0.0.1:9000'],
      64,
      'has the site meet.example.test, which is the domain of the meetings',
    ],
    [['add', 'www.example.test'], 64, 'needs either --to HOST:PORT or --root DIR'],
    [['add', 'www.example.test', '--to', '127.0.0.1'], 64, 'is no host and port'],
    [
      ['add', 'www.example.test', '--to', '192.168.77.10:4443'],
      1,
      '192.168.77.10:4443, is a port of jitsi-onebox itself',
    ],
    [['add', 'www.example.test', '--root', '/srv/missing'], 1, 'there is no such directory'],
    [['add', 'www.example.test', '--root', '/root'], 1, 'the user www-data may not enter /root'],
    [['remove', 'www.example.test'], 1, 'The settings have no site www.example.test. There are none.'],
  ];
  for (const [words, exit, complaint] of cases) {
    const {exitCode, all} = await change(...words);
    expect([words, exitCode, all]).toEqual([words, exit, expect.stringContaining(complaint)]);
  }
  expect(`${await readSettings()}\n`).toBe(settings);
  expect(await listTraces()).toBe('');
});

test('files get a page, a certificate of the authority and redirects without a port', async () => {
  const {exitCode, all} = await change('add', 'static.example.test', '--root', '/srv/page');
  expect(exitCode, all).toBe(0);
  expect(await fetch('https://static.example.test/')).toBe('a static page');
  expect(await subjectOf('static.example.test')).toMatch(/static\.example\.test\s+issuer=CN ?= ?Pebble/);
  const redirect = (url: string) => fetch(url, '-o /dev/null -w "%{http_code} %{redirect_url}"');
  expect(await redirect('http://static.example.test/x?y')).toBe('301 https://static.example.test/x?y');
  expect(await redirect('https://static.example.test/below')).toBe('301 https://static.example.test/below/');
});

test('a renewal whose hook fails is a finding, and apply runs the hook again', async () => {
  const hook = async () => (await status()).checks.find(({code}) => code === 'deploy-hook');
  const broken = '/etc/nginx/conf.d/broken.conf';
  await guest(
    `echo nonsense > ${broken} && certbot renew --quiet --no-random-sleep-on-renew --force-renewal --cert-name static.example.test 2>&1`,
  );
  const said = /the hook for static\.example\.test failed at .*broken\.conf/s;
  expect(await hook()).toMatchObject({state: 'failed', evidence: expect.stringMatching(said)});
  await guest(`rm ${broken}`);
  expect((await apply()).exitCode).toBe(0);
  expect(await hook()).toMatchObject({state: 'ok', evidence: expect.stringContaining('static.example.test: 2')});
});

test('a web service sees its visitors, also over websockets; meanwhile the neighbour answers every request', async () => {
  const stopWatching = await watchPages({'https://static.example.test/': 'a static page'});
  const {exitCode, all} = await change('add', 'www.example.test', '--to', 'localhost:9000');
  expect(exitCode, all).toBe(0);
  expect(await fetch('https://www.example.test/')).toBe(`${visitor} ${visitor} https www.example.test`);
  expect(await fetch('https://www.example.test/old', '-o /dev/null -w "%{redirect_url}"')).toBe(
    'https://www.example.test/new',
  );
  const socket = `import WebSocket from 'ws';
    const socket = new WebSocket('wss://www.example.test/', {rejectUnauthorized: false});
    socket.on('open', () => socket.send('ping')).on('message', text => { console.log(String(text)); process.exit(); });`;
  expect((await ask('outside', ['node', '--input-type=module', '--eval', socket])).all).toBe('ping');
  const passthrough = ['--to', '127.0.0.1:9443', '--passthrough', '--proxy-protocol'];
  expect((await change('add', 'mail.example.test', ...passthrough)).exitCode).toBe(0);
  expect(await subjectOf('mail.example.test')).toContain('its-own');
  expect(await fetch('https://mail.example.test/', '--insecure')).toBe(`its own ${visitor}`);
  expect(await fetch('http://mail.example.test/x', '-o /dev/null -w "%{redirect_url}"')).toBe(
    'https://mail.example.test/x',
  );
  const {asked, failures} = await stopWatching();
  console.log(`${asked} requests, ${failures.length} of them failed`);
  expect([failures, asked > 30]).toEqual([[], true]);
});

test('checks, list and plan know the sites', async () => {
  const {exitCode, checks} = await status();
  const found = checks.find(({code}) => code === 'sites');
  expect([exitCode, found], JSON.stringify(checks.filter(({state}) => state !== 'ok'))).toMatchObject([
    0,
    {state: 'ok'},
  ]);
  const listed = JSON.parse((await sites('list', '--json')).stdout);
  expect(listed.sites).toMatchObject([
    {domain: 'static.example.test', kind: 'files', destination: '/srv/page', isStandIn: false, answers: true},
    {domain: 'www.example.test', kind: 'proxy', destination: '127.0.0.1:9000', isStandIn: false, answers: true},
    {domain: 'mail.example.test', kind: 'passthrough', destination: '127.0.0.1:9443', answers: true},
  ]);
  await guest('systemctl stop services');
  const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--json']);
  const {warnings}: {warnings: readonly {code: string; summary: string}[]} = JSON.parse(stdout);
  expect(warnings.filter(({code}) => code === 'site-silent').map(({summary}) => summary)).toEqual([
    'Nothing answers at 127.0.0.1:9000, the destination of www.example.test.',
    'Nothing answers at 127.0.0.1:9443, the destination of mail.example.test.',
  ]);
  const silent = await status();
  expect([silent.exitCode, silent.checks.find(({code}) => code === 'sites')?.state]).toEqual([0, 'warning']);
});

test('a removed site leaves nothing, and its neighbour answers every request', async () => {
  const stopWatching = await watchPages({'https://static.example.test/': 'a static page'});
  expect((await change('remove', 'mail.example.test')).exitCode).toBe(0);
  expect((await change('remove', 'www.example.test')).exitCode).toBe(0);
  expect((await stopWatching()).failures).toEqual([]);
  expect(await listTraces()).not.toContain('www.example.test');
});

// Another 30 seconds.
test.runIf(process.env.TEST_ALL === '1')('undo brings it back', async () => {
  const {exitCode, all} = await undo();
  expect(exitCode, all).toBe(0);
  expect(await subjectOf('www.example.test')).toContain('www.example.test');
  expect(await readSettings()).toContain('www.example.test');
  expect((await change('remove', 'www.example.test')).exitCode).toBe(0);
});

test('without its last site, the host is as before', async () => {
  expect((await change('remove', 'static.example.test')).exitCode).toBe(0);
  expect(`${await readSettings()}\n`).toBe(settings);
  expect(await listTraces()).toBe('');
  expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
});

// Afterwards nothing is installed.
test.runIf(process.env.TEST_ALL === '1')('uninstall leaves nothing of a site', async () => {
  expect((await change('add', 'static.example.test', '--root', '/srv/page')).exitCode).toBe(0);
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'uninstall', '--purge', '--yes', '--plain']);
  expect(exitCode, all).toBe(0);
  expect(
    (
      await ask('guest', [
        'sh',
        '-c',
        'ls /usr/local/sbin/renew_site* /etc/nginx/sites-*/jitsi_site* /etc/letsencrypt/live/static* 2>/dev/null',
      ])
    ).stdout,
  ).toBe('');
});
