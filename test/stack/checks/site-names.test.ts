import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import type {CheckCode} from '../../../src/model/catalogue.ts';
import {drawStack} from '../../../src/stack/index.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

type File = readonly [path: string, text: string];

const {checks} = drawStack(makeInput());
const main: File = ['/etc/nginx/nginx.conf', 'http { include mime.types; include sites-enabled/*; }'];
const own: File = [
  '/etc/nginx/sites-enabled/jitsi.conf',
  'server { listen 80; listen 4443 ssl; server_name meet.example.org; }',
];
const other = (name: string, text = 'server_name x meet.example.org;'): File => [
  `/etc/nginx/sites-enabled/${name}`,
  `server {\n  ${text} }`,
];
const print = (files: readonly File[]) =>
  [main, ...files].map(([path, text]) => `# configuration file ${path}:\n${text}\n`).join('\n');

function run(answer: string | {exitCode: number; stderr: string}) {
  const host = createMemoryHost({commands: {'nginx -T': answer}});
  const check = checks.find(({code}) => code === 'site-names');
  return check?.run(openRound(host, new AbortController().signal).context);
}

const onlyOurs = /^\/etc\/nginx\/sites-enabled\/jitsi.conf$/;

test.each<[string, readonly File[], string, RegExp]>([
  ['ours', [own], 'ok', onlyOurs],
  ['one that nginx reads later', [own, other('zoo')], 'warning', /reads later and ignores/],
  ['one that nginx reads first', [other('a'), own], 'failed', /sites-enabled\/a, which nginx reads first/],
  [
    'one on a port of its own',
    [other('a', 'listen 127.0.0.1:8080; server_name meet.example.org;'), own],
    'ok',
    onlyOurs,
  ],
  ['one on a UNIX socket', [other('a', 'listen unix:/run/a.sock; server_name meet.example.org;'), own], 'ok', onlyOurs],
  [
    'one in quotes and capitals, on our port for HTTPS',
    [other('a', 'listen [::]:4443 ssl; server_name x "Meet.Example.ORG";'), own],
    'failed',
    /sites-enabled\/a, which nginx reads first/,
  ],
  [
    'one that has its listens and names from a file',
    [
      other('a', 'include snippets/meet.conf;'),
      ['/etc/nginx/snippets/meet.conf', 'listen 80;\nserver_name .meet.example.org;'],
      own,
    ],
    'failed',
    /is in \/etc\/nginx\/snippets\/meet.conf, which nginx reads first/,
  ],
  [
    'one that is commented out',
    [other('a', '# server_name meet.example.org;\n  server_name other.example.org;'), own],
    'ok',
    onlyOurs,
  ],
])('the names of sites, with %s', async (_what, files, state, evidence) => {
  const finding = await run(print(files));
  expect(finding).toMatchObject({state, evidence: expect.stringMatching(evidence)});
  expect(Boolean(finding?.remedy), 'only a fault has a remedy').toBe(state !== 'ok');
});

test('a configuration that nginx does not accept is a failure in its words', async () => {
  const stderr = 'nginx: [emerg] unexpected end of file\nnginx: test failed\n';
  expect(await run({exitCode: 1, stderr})).toMatchObject({
    state: 'failed',
    evidence: expect.stringContaining('[emerg] unexpected end of file'),
    remedy: expect.stringMatching(/./),
  });
});

test('a broken configuration of nginx is not a cause of its own beside a deploy hook that met it, and hides no certificate', () => {
  const causesOf = (code: CheckCode) => checks.find(each => each.code === code)?.after;
  expect(causesOf('site-names')).toContain('deploy-hook');
  expect(causesOf('meet-certificate')).toContain('site-names');
  expect(causesOf('certificate-served')).not.toContain('site-names');
});
