import {expect, test} from 'vitest';
import {readNginxLayout} from '../../src/host/facts/nginx.ts';
import type {FactValues} from '../../src/model/facts.ts';
import {leftOutLines} from '../../src/resources/left-out-lines.ts';
import {drawStack} from '../../src/stack/index.ts';
import {chooseLayout, neededBucket} from '../../src/stack/nginx-layout.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {converge} from '../resources/work.ts';
import {drawFiles} from './drawn-files.ts';
import {makeFacts, makeInput} from './input.ts';
import {describeWith, nginxAccepts} from './parsers.ts';

const readLayout = async (http: string, more: Readonly<Record<string, string>> = {}) =>
  (await readNginxLayout(createMemoryHost({files: {'/etc/nginx/nginx.conf': `http {\n${http}\n}\n`, ...more}}))).value;

const draw = (values: Partial<FactValues>, domain = 'meet.example.org') =>
  drawStack(
    makeInput({
      settings: `domain: ${domain}\ncontact: admin@example.org\nturn: {domain: turn.example.org}\n`,
      facts: makeFacts(values),
    }),
  );
const sitesOf = ({resources}: ReturnType<typeof draw>) =>
  resources.flatMap(({id}) => /^file:(\/etc\/nginx\/.*)$/.exec(id)?.[1] ?? []);

test.each([
  ['Debian', 'include conf.d/*.conf; include /etc/nginx/sites-enabled/*;', '/etc/nginx/sites-enabled'],
  ['nginx.org', 'include /etc/nginx/mime.types; include /etc/nginx/conf.d/*.conf;', '/etc/nginx/conf.d'],
  ['a panel', 'include /etc/nginx/vhosts/*/*.conf; include /etc/nginx/own/*.conf;', '/etc/nginx/own'],
  ['one file for each site', 'include /etc/nginx/conf.d/own.conf; server {}', undefined],
])('our sites go where nginx of %s reads them', async (_whose, http, directory) => {
  const nginxLayout = await readLayout(http);
  const {facts} = makeInput({facts: makeFacts({nginxLayout: nginxLayout ?? null})});
  expect(chooseLayout(facts, {})?.enabled).toBe(directory);
});

test.each([
  ['that the http block includes', 'events {} http { include http.conf; }', 'include /etc/nginx/own.d/*.conf;'],
  ['with the http block', 'events {} include http.conf;', 'http { include own.d/*.conf; }'],
])('the directory is found in a file %s', async (_what, main, http) => {
  const files = {'/etc/nginx/nginx.conf': main, '/etc/nginx/http.conf': http};
  const nginxLayout = (await readNginxLayout(createMemoryHost({files}))).value ?? null;
  const {facts} = makeInput({facts: makeFacts({nginxLayout})});
  expect(chooseLayout(facts, {})).toEqual({enabled: '/etc/nginx/own.d'});
});

test('files that include each other end', async () => {
  const circle = await readLayout('include a.conf;', {'/etc/nginx/a.conf': 'include a.conf; include nginx.conf;'});
  expect(circle?.includes).toEqual(['/etc/nginx/a.conf', '/etc/nginx/a.conf', '/etc/nginx/nginx.conf']);
});

test('without sites-available, our sites are written to the directory itself', () => {
  const {facts} = makeInput({facts: makeFacts({nginxLayout: {includes: ['/etc/nginx/sites-enabled/*']}})});
  expect(chooseLayout(facts, {lacksAvailable: true})).toEqual({enabled: '/etc/nginx/sites-enabled'});
});

test('in conf.d there is no link, and what an earlier release wrote elsewhere is removed', () => {
  const stack = draw({nginxLayout: {includes: ['/etc/nginx/conf.d/*.conf']}});
  expect(stack.problems).toEqual([]);
  expect(sitesOf(stack).filter(path => path.includes('conf.d'))).toEqual([
    '/etc/nginx/conf.d/jitsi.conf',
    '/etc/nginx/conf.d/jitsi-turn.conf',
    // Absent, since nobody asked for metrics.
    '/etc/nginx/conf.d/jitsi-metrics.conf',
  ]);
  const nginx = stack.resources.find(({id}) => id === 'unit:nginx.service');
  expect(nginx?.needs).toContain('file:/etc/nginx/sites-enabled/jitsi.conf');
});

test('the package of nginx.org is known by its version before it is installed', () => {
  const stack = draw({nginxLayout: null, candidates: {nginx: '1.28.0-1~trixie'}});
  expect(sitesOf(stack)[0]).toBe('/etc/nginx/conf.d/jitsi.conf');
});

test.each([
  ['Debian', {'/etc/nginx/nginx.conf': 'user www-data;\nhttp {}\n'}, undefined, 'www-data'],
  ['an administrator', {'/etc/nginx/nginx.conf': 'user web pages;\nhttp {}\n'}, undefined, 'pages'],
  [
    'the user of a file',
    {'/etc/nginx/nginx.conf': 'include u.conf;', '/etc/nginx/u.conf': 'user web;'},
    undefined,
    'web',
  ],
  ['nothing yet', {}, '1.28.0-1', 'www-data'],
  ['nothing yet but nginx.org', {}, '1.28.0-1~trixie', 'nginx'],
])('only the group of nginx’s workers may read metrics, as %s says', async (_who, files, version, group) => {
  const nginxLayout = (await readNginxLayout(createMemoryHost({files}))).value ?? null;
  const facts = makeFacts({nginxLayout, ...(version !== undefined && {candidates: {nginx: version}})});
  const settings =
    'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\nmetrics: {enabled: true}\n';
  const drawn = await drawFiles(makeInput({settings, facts}));
  expect(drawn['/etc/systemd/system/jitsi-onebox-metrics.socket']).toContain(
    `\nSocketGroup=${group}\nSocketMode=0660\n`,
  );
});

test('where nginx reads sites from no directory, the plan stops', () => {
  const {problems} = draw({nginxLayout: {includes: ['/etc/nginx/mime.types']}});
  expect(problems.map(({code}) => code)).toEqual(['nginx-layout']);
});

const long = `${'m'.repeat(46)}.example.org`;

test('a size of the user’s that is too small for our names is named with its line', async () => {
  const own = {'/etc/nginx/conf.d/own.conf': '\nserver_names_hash_bucket_size 64;\n'};
  const nginxLayout = (await readLayout('include conf.d/*.conf;', own)) ?? null;
  expect(draw({nginxLayout}).problems).toEqual([]);
  const [problem] = draw({nginxLayout}, long).problems;
  expect(problem).toMatchObject({code: 'names-too-long', summary: expect.stringContaining('own.conf:2')});
});

test('our site sets the size only where it must and nobody else does', async () => {
  const contentOf = async (values: Partial<FactValues>, domain: string) => {
    const site = draw(values, domain).resources.find(({id}) => id.endsWith('jitsi.conf'));
    const host = createMemoryHost();
    return JSON.stringify(site?.diff(await site.read(host), {changes: () => []}));
  };
  const directive = 'server_names_hash_bucket_size 128';
  expect(await contentOf({}, long)).toContain(directive);
  expect(await contentOf({}, 'meet.example.org')).not.toContain(directive);
  const bucketSize = {value: 128, file: '/etc/nginx/nginx.conf', line: 9};
  const includes = ['/etc/nginx/sites-enabled/*'];
  expect(await contentOf({nginxLayout: {includes, bucketSize}}, long)).not.toContain(directive);
  expect(
    await contentOf({nginxLayout: {includes, bucketSize: {...bucketSize, file: '/x/jitsi.conf'}}}, long),
  ).toContain(directive);
});

describeWith(['nginx'], () => {
  test.each([46, 47, 58, 110, 111, 200])(
    'nginx takes a name of %i characters with the size that we give it',
    async length => {
      const name = `${'m'.repeat(length - 4)}.org`;
      const size = neededBucket([name]) ?? 64;
      const configure = (bytes: number) =>
        nginxAccepts(
          `pid nginx.pid; error_log stderr; events {} http { access_log off; server_names_hash_bucket_size ${bytes}; server { listen 127.0.0.1:8080; server_name ${name}; } server { listen 127.0.0.1:8080; server_name x; } }`,
        );
      expect(await configure(size)).toMatchObject({accepted: true});
      if (size > 64) expect((await configure(size / 2)).output).toContain('server_names_hash_bucket_size');
    },
  );
});

test('without IPv6, Debian’s default site loses its IPv6 port in the plan that installs nginx', async () => {
  const stack = draw({nginxLayout: null, ipv6: false});
  const site = stack.resources.find(({id}) => id === 'left-out-lines:/etc/nginx/sites-available/default');
  expect(site?.diff(undefined, {changes: () => [{change: 'create', summary: 'install nginx'}]})).toHaveLength(1);
  expect(site?.diff(undefined, {changes: () => []})).toEqual([]);
  expect(draw({nginxLayout: null, ipv6: true}).resources.map(({id}) => id)).not.toContain(site?.id);
});

test('lines are left out as comments', async () => {
  const path = '/etc/nginx/sites-available/default';
  const about = {title: 'Default', summary: 'leave it out', place: 'nginx', comesWith: 'x'} as const;
  const host = createMemoryHost({files: {[path]: 'a;\n\tlisten [::]:80 default_server;\n# listen [::]:443;\n'}});
  await converge(leftOutLines({...about, path, line: /^\s*listen\s+\[::\]:/}), host);
  expect(await host.files.read(path)).toBe('a;\n# listen [::]:80 default_server;\n# listen [::]:443;\n');
});
