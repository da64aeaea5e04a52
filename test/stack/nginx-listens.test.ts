import {mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {readNginxListens} from '../../src/host/facts/nginx.ts';
import type {Facts} from '../../src/model/facts.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {findListenConflicts, planFileMoves} from '../../src/stack/nginx-listens.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeFacts, makeInput} from './input.ts';
import {describeWith, inDirectory, nginxAccepts} from './parsers.ts';

const main = (below: string) => `events {}
http { include ${below}/sites-enabled/*; }
include ${below}/streams/*;
`;

type Files = Readonly<Record<string, string>>;

/** Judges a configuration of nginx with our usual settings; `below` is where its files are. */
async function judge(files: Files, below = '/etc/nginx', ipv6 = true) {
  const all = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${below}/${path}`, text]));
  const host = createMemoryHost({files: {...all, '/etc/nginx/nginx.conf': main(below)}});
  const nginxListens = (await readNginxListens(host)).value ?? [];
  const input = makeInput({facts: makeFacts({nginxListens, ipv6})});
  const {blueprint} = drawBlueprint(input);
  return findListenConflicts(blueprint, input.facts);
}

async function planMoves(files: Files) {
  const all = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/etc/nginx/${path}`, text]));
  const host = createMemoryHost({files: {...all, '/etc/nginx/nginx.conf': main('/etc/nginx')}});
  return planFileMoves(4443, makeFacts({nginxListens: (await readNginxListens(host)).value ?? []}) as Facts);
}

const site = (...lines: readonly string[]) => `server {\n${lines.map(line => `\t${line}\n`).join('')}}\n`;
const own = (text: string): Files => ({'sites-enabled/own': text});
const stream = (text: string): Files => ({'streams/own.conf': `stream {\n${text}}\n`});

describe('a site that cannot share a socket with ours', () => {
  test.each([
    ['one on an address of port 80', own(site('listen 192.168.1.20:80;')), 'site-on-address', 'own:2'],
    ['one on an IPv6 address', own(site('listen 80;', 'listen [2001:db8::5]:80;')), 'site-on-address', 'own:3'],
    ['one on an address beside all', own(site('listen 80;', 'listen 192.168.1.20:80;')), 'site-on-address', 'own:3'],
    ['one on the address of go-mmproxy', own(site('listen 127.0.0.1:4443 ssl;')), 'site-on-address', 'own:2'],
    ['one on an address of port 443', own(site('listen 192.168.1.20:443 ssl;')), 'site-on-443', 'own:2'],
    ['one on 443 without TLS', own(site('listen 443;')), 'site-on-443', 'own:2'],
    ['one on 443 with PROXY headers', own(site('listen 443 ssl proxy_protocol;')), 'site-on-443', 'own:2'],
    [
      'one on 443 beside one on an address',
      own(site('listen 443 ssl;', 'listen [::1]:443 ssl;')),
      'site-on-443',
      'own:2',
    ],
    ['one on 443 at the loopback', own(site('listen 127.0.0.1:443 ssl;')), 'site-on-443', 'own:2'],
    ['a stream on 443', stream(site('listen 443;', 'ssl_preread on;')), 'stream-on-443', 'own.conf:3'],
    ['a stream on 4443', stream(site('listen 4443;')), 'listen-options', 'own.conf:3'],
    ['a stream on 80', stream(site('listen 192.168.1.20:80;')), 'listen-options', 'own.conf:3'],
    ['one with proxy_protocol', own(site('listen 4443 ssl proxy_protocol;')), 'listen-options', 'own:2'],
    ['one with it on 80', own(site('listen [::]:80 proxy_protocol;')), 'listen-options', 'own:2'],
    ['one without TLS on 4443', own(site('listen 4443;')), 'listen-options', 'own:2'],
    ['one with TLS on 80', own(site('listen 80 ssl;')), 'listen-options', 'own:2'],
    ['one for both families', own(site('listen [::]:80 ipv6only=off;')), 'listen-options', 'own:2'],
    ['one on 443 for both families', own(site('listen [::]:443 ssl ipv6only=off;')), 'site-on-443', 'own:2'],
    ['one on the IPv6 address of go-mmproxy', own(site('listen [::1]:4443 ssl;')), 'site-on-address', 'own:2'],
    ['one on an address without a port', own(site('listen 192.168.1.20;')), 'site-on-address', 'own:2'],
    ['one on a name', own(site('listen www.example.org:80;')), 'site-on-address', 'own:2'],
    ['one on an IPv6 address without a port', own(site('listen [2001:db8::1];')), 'site-on-address', 'own:2'],
    ['mail on 443', {'streams/own.conf': `mail {\n${site('listen 443 ssl;')}}\n`}, 'stream-on-443', 'own.conf:3'],
    [
      'a stream of an included file',
      {'streams/own.conf': 'stream { include stream.d/*; }', 'stream.d/x': site('listen 443;')},
      'stream-on-443',
      'x:2',
    ],
    [
      'a directive that two sites include',
      {
        'sites-enabled/a': 'server { include snippets/tls; }',
        'sites-enabled/b': 'server { include snippets/tls; }',
        'snippets/tls': 'listen 443 ssl;\n',
      },
      'site-on-443',
      'tls:1',
    ],
    ['one of a range of ports', own(site('listen 4440-4450;')), 'listen-options', 'own:2'],
  ])('%s', async (_what, files, code, place) => {
    const problems = await judge(files);
    expect(problems.map(problem => problem.code)).toEqual([code]);
    expect(problems[0]?.summary).toContain(`/${place}`);
  });
});

test('sites on 443 of all addresses move, each file with its own lines', async () => {
  const files = {
    'sites-enabled/a': site('listen 443 ssl;', 'listen [::]:443 ssl;', 'listen 4443 ssl;', 'server_name a.example;'),
    'sites-enabled/b': `${site('listen 443 ssl;', 'server_name b.example;')}${site('listen 443 ssl;')}`,
  };
  expect(await judge(files)).toEqual([]);
  const [a, b] = await planMoves(files);
  const [first, second] = [{isFirstOfSocket: true}, {isFirstOfSocket: false}];
  expect(a).toMatchObject({
    path: '/etc/nginx/sites-enabled/a',
    moves: [
      {line: 2, text: '443', to: '4443', ...first, isFirstOfSite: true},
      {line: 3, text: '[::]:443', to: '[::]:4443', ...first, isFirstOfSite: false},
    ],
  });
  expect(b?.moves).toMatchObject([
    {line: 2, ...second, isFirstOfSite: true},
    {line: 6, ...second, isFirstOfSite: true},
  ]);
});

test.each([
  ['a range, whose other ports would be lost', own(site('listen 440-443;'))],
  ['two sites with the same directive on one line', own('server { listen 443 ssl; } server { listen 443 ssl; }')],
  ['options that ours cannot share', own(site('listen [::]:443 ssl ipv6only=off;'))],
  ['PROXY headers', own(site('listen 443 ssl proxy_protocol;'))],
])('%s: the site is named, and neither a command nor a move is offered', async (_what, files) => {
  const [problem, ...more] = await judge(files);
  expect(more).toEqual([]);
  expect(problem?.code).toBe('site-on-443');
  expect(problem?.command).toBeUndefined();
  expect(await planMoves(files)).toEqual([]);
});

test('a site with the older way to turn TLS on moves, too', async () => {
  const files = own(site('listen 443;', 'ssl on;'));
  expect(await judge(files)).toEqual([]);
  expect(await planMoves(files)).toMatchObject([{moves: [{text: '443', to: '4443'}]}]);
});

test.each([
  ['the default site of Debian', own(site('listen 80 default_server;', 'listen [::]:80 default_server;'))],
  ['a site without a listen directive', own(site('server_name own.example;'))],
  ['sites that HAProxy forwards', own(site('listen 80;', 'listen 4443 ssl http2;', 'listen [::]:4443 ssl;'))],
  ['other ports', own(site('listen 127.0.0.1:8080;', 'listen 8443 ssl proxy_protocol;', 'listen unix:/run/own;'))],
  ['QUIC on UDP', own(site('listen 443 quic reuseport;', 'listen 4443 ssl;'))],
  ['a loopback site beside all addresses', own(`${site('listen 80;')}${site('listen 127.0.0.1:80;')}`)],
  ['a stream on another port', stream(site('listen 5432;'))],
  ['our own sites', {'sites-enabled/jitsi.conf': site('listen 192.168.1.20:80;')}],
])('%s: nothing is found', async (_what, files) => {
  expect(await judge(files)).toEqual([]);
});

test('where the kernel has no IPv6, a site that asks for it is named with its line; the command spares the last listen', async () => {
  const [problem, ...more] = await judge(own(site('listen 80;', 'listen [::]:80 ipv6only=off;')), '/etc/nginx', false);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({code: 'listen-ipv6', summary: expect.stringContaining('own:3')});
  expect(problem?.command).toContain('sed -i');
  const [only] = await judge(own(site('listen [::]:8080;')), '/etc/nginx', false);
  expect(only?.command).toBeUndefined();
});

test('with a stream or options in the way, no command is printed', async () => {
  for (const files of [stream(site('listen 443;')), own(site('listen 4443 ssl proxy_protocol;'))])
    for (const {command} of await judge(files)) expect(command).toBeUndefined();
});

describeWith(['nginx'], () => {
  test.each([
    ['a directive in a snippet', {'sites-enabled/own': 'server { include BELOW/tls; }', tls: 'listen 443;\n'}, 'tls'],
    ['two in one line', own('server { listen 443; listen [::]:443; return 443; }\n')],
    ['one in two lines', own(site('listen', '  443 # listen 443', '  ;'))],
    ['one beside a site for both', own(site('listen 443;', 'listen 192.168.1.20:443;', 'server_name x;'))],
    ['one on an address', own(site('listen 192.168.1.20:443;', 'return 301 https://x:443;'))],
    ['one on an address of port 80', own(site('listen 192.168.1.20:80;', 'listen [2001:db8::5]:80;'))],
    ['one in quotes', own(site('listen "443" default_server;'))],
    ['sites of several files', {'sites-enabled/a': site('listen 443;'), 'sites-enabled/the b': site('listen *:443;')}],
  ])('the printed command mends %s, and changes nothing else', async (_what, files: Files, changed?: string) => {
    await inDirectory(async below => {
      const written = await lay(files, below);
      const [problem] = await judge(written, below);
      const [edit = ''] = (problem?.command ?? 'false').split(' && nginx -t');
      await execa('sh', ['-c', edit]);
      const after = await readAll(written, below);
      const left = await judge(after, below);
      expect(left.filter(({code}) => code !== 'listen-options')).toEqual([]);
      const {accepted, output} = await nginxAccepts(
        `pid nginx.pid; error_log stderr; ${main(below).replace('http {', 'http { access_log off;')}`,
      );
      expect(accepted, output).toBe(true);
      const edited = Object.keys(written).filter(path => after[path] !== written[path]);
      expect(edited).toEqual(changed === undefined ? Object.keys(written) : [changed]);
      expect(Object.values(after).join('')).not.toMatch(/return (80|4443);|https:\/\/x:(80|4443)/);
    });
  });
});

/** Writes files as Debian has them: sites-enabled has links. Returns their texts. */
async function lay(files: Files, below: string): Promise<Files> {
  const written = Object.entries(files).map(([path, text]) => [path, text.replaceAll('BELOW', below)] as const);
  for (const folder of ['sites-enabled', 'streams', 'available']) await mkdir(join(below, folder));
  for (const [path, text] of written) {
    const target = join(below, path.replace('sites-enabled', 'available'));
    await writeFile(target, text);
    if (path.startsWith('sites-enabled')) await symlink(target, join(below, path));
  }
  return Object.fromEntries(written);
}

async function readAll(files: Files, below: string): Promise<Files> {
  const read = Object.keys(files).map(async path => [path, await readFile(join(below, path), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}
