import {describe, expect, test} from 'vitest';
import type {NginxSite} from '../../src/model/facts.ts';
import {noOtherChanges} from '../../src/model/resource.ts';
import {listBackupPaths} from '../../src/stack/backup.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {drawStack} from '../../src/stack/index.ts';
import {isOwnSite} from '../../src/stack/nginx-layout.ts';
import {renderSite} from '../../src/stack/sites/nginx.ts';
import {findSiteConflicts, findUnreadableRoots, warnOfSilence} from '../../src/stack/sites/problems.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets, makeFacts, makeInput} from './input.ts';

const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const inputOf = (sites: string, nginxSites: readonly NginxSite[] = []) =>
  makeInput({settings: `${required}sites:\n  ${sites}\n`, facts: makeFacts({nginxSites})});

function conflictsOf(...source: Parameters<typeof inputOf>) {
  const input = inputOf(...source);
  return findSiteConflicts(drawBlueprint(input).blueprint, input.facts);
}

const foreign = {file: '/etc/nginx/sites-enabled/shop', names: ['shop.example', 'www.shop.example'], listens: ['80']};

test.each([
  ['www.shop.example: {root: /srv/a}', 'site-taken', '/etc/nginx/sites-enabled/shop'],
  ['shop.example: {to: "10.0.0.5:443", passthrough: true}', 'site-taken', 'shop.example'],
  ['a.example: {to: "127.0.0.1:4443"}', 'site-loop', '127.0.0.1:4443'],
  ['a.example: {to: "[::1]:80"}', 'site-loop', '[::1]:80'],
  ['a.example: {to: "192.168.7.2:443", passthrough: true}', 'site-loop', '192.168.7.2:443'],
])('%s is in conflict', (sites, code, words) => {
  const local = `address: {local: 192.168.7.2, public: 198.51.100.1}`;
  const problems = conflictsOf(`${sites}\n${local}`, [foreign]);
  expect(problems).toMatchObject([{code, summary: expect.stringContaining(words)}]);
});

test.each([
  'other.example: {root: /srv/a}',
  'a.example: {to: "127.0.0.1:8080"}',
  'a.example: {to: "10.1.1.1:443", passthrough: true}',
])('%s is not', sites =>
  expect(
    conflictsOf(sites, [foreign, {...foreign, file: '/x/jitsi_site_other.example.conf', names: ['other.example']}]),
  ).toEqual([]),
);

const meet = {file: '/etc/nginx/sites-enabled/meet', line: 3, names: ['Meet.example.org'], listens: ['80']};
const relay = {...meet, names: ['.turn.example.org'], listens: ['443 ssl']};

test.each<[string, readonly NginxSite[], string, string | undefined]>([
  ['a placeholder', [meet], '/etc/nginx/sites-enabled/meet:3', 'mv /etc/nginx/sites-enabled/meet /root/ && nginx -t'],
  ['a site that says no port', [{...meet, listens: []}], 'Meet', 'mv '],
  ['a site on the port of nginx', [{...meet, listens: ['[::]:4443 ssl']}], 'Meet', 'mv '],
  ['a site for the relay', [relay], 'turn.example.org', 'mv '],
  ['a file with other names', [meet, {...meet, names: ['shop.example']}], 'Meet', undefined],
  ['a file with a site for any name', [meet, {...meet, names: []}], 'Meet', undefined],
  ['a site in nginx.conf', [{...meet, file: '/etc/nginx/nginx.conf'}], '/etc/nginx/nginx.conf:3', undefined],
])('%s with a name of ours is in the way', (_what, sites, words, command) => {
  const [problem, ...others] = conflictsOf('a.example: {root: /srv/a}', sites);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({code: 'site-taken', summary: expect.stringMatching(new RegExp(words, 'i'))});
  expect(problem?.command?.slice(0, command?.length)).toBe(command);
  if (command === undefined) expect(problem?.remedy).toContain('server_name');
});

test.each<[string, Partial<NginxSite>]>([
  ['another port', {listens: ['127.0.0.1:8080']}],
  ['a UNIX socket', {listens: ['unix:/run/meet.sock']}],
  ['a name below ours', {names: ['a.meet.example.org', '*.meet.example.org']}],
  ['our own file', {file: '/etc/nginx/conf.d/jitsi.conf'}],
])('%s is not', (_what, site) => expect(conflictsOf('a.example: {root: /srv/a}', [{...meet, ...site}])).toEqual([]));

test('a directory that is missing, is none, or is below somebody’s home is named', async () => {
  const host = createMemoryHost({
    files: {
      '/srv/a/index.html': '',
      '/srv/file': '',
      '/home/anna': {directory: true, mode: 0o700, uid: 1000, gid: 1000},
      '/home/anna/www': {directory: true},
      '/srv/own': {directory: true, mode: 0o750, uid: 1000, gid: 33},
      '/srv/link': {link: '/home/anna/www'},
    },
  });
  const reasonOf = async (root: string) => {
    const [problem] = await findUnreadableRoots(host, inputOf(`a.example: {root: ${root}}`).settings);
    return problem?.summary;
  };
  expect(await reasonOf('/srv/a')).toBeUndefined();
  expect(await reasonOf('/srv/own')).toBeUndefined();
  expect(await reasonOf('/srv/missing')).toContain('there is no such directory');
  expect(await reasonOf('/srv/file')).toContain('it is no directory');
  expect(await reasonOf('/home/anna/www')).toContain('www-data may not enter /home/anna');
  expect(await reasonOf('/srv/link')).toContain('www-data may not enter /home/anna');
});

test('a destination that does not answer causes a warning, a directory none', async () => {
  const sites = 'a.example: {to: "127.0.0.1:1"}\n  b.example: {to: "[::1]:2"}\n  c.example: {root: /srv/a}';
  const {blueprint} = drawBlueprint(inputOf(sites));
  const asked: unknown[] = [];
  const warnings = await warnOfSilence(blueprint, {
    async isListening(target) {
      asked.push(target);
      return target.port === 1;
    },
  });
  expect(asked).toEqual([
    {address: '127.0.0.1', port: 1},
    {address: '::1', port: 2},
  ]);
  expect(warnings).toMatchObject([{code: 'site-silent', summary: expect.stringContaining('b.example')}]);
});

describe('in the stack', () => {
  const idsOf = (...source: Parameters<typeof inputOf>) => drawStack(inputOf(...source)).resources.map(({id}) => id);

  test('a served site has files, a certificate and a place in backups; a passthrough has files only', () => {
    const ids = idsOf('a.example: {root: /srv/a}\n  b.example: {to: "10.1.1.1:443", passthrough: true}');
    expect(ids.filter(id => id.includes('a.example'))).toEqual([
      'file:/etc/nginx/sites-available/jitsi_site_a.example.conf',
      'file:/etc/nginx/sites-enabled/jitsi_site_a.example.conf',
      'stand-in:a.example',
      'certificate:a.example',
    ]);
    expect(ids.filter(id => id.includes('b.example'))).toEqual([
      'file:/etc/nginx/sites-available/jitsi_site_b.example.conf',
      'file:/etc/nginx/sites-enabled/jitsi_site_b.example.conf',
    ]);
    const paths = listBackupPaths(inputOf('a.example: {root: /srv/a}').settings);
    expect(paths).toContain('/etc/letsencrypt/live/a.example');
  });

  test('without a site that nginx serves, the hook is removed', () => {
    const hook = drawStack(inputOf('a.example: {to: "10.1.1.1:443", passthrough: true}')).resources.find(
      ({id}) => id === 'file:/usr/local/sbin/renew_site_cert.sh',
    );
    expect(hook?.diff({stat: {type: 'file', mode: 0o755, uid: 0, gid: 0}} as never, noOtherChanges)).toMatchObject([
      {change: 'remove'},
    ]);
  });

  test.each([
    ['10.1.1.1:8443', 'http://10.1.1.1'],
    ['[fd00::5]:443', 'http://[fd00::5]'],
    ['127.0.0.1:8443', undefined],
    ['localhost:8443', undefined],
    ['192.168.7.2:8443', undefined],
    ['mail.lan.example:443', undefined],
  ])('of a passthrough to %s, the challenges on port 80 go to %s, and all else is redirected', (to, url) => {
    const address = 'address: {local: 192.168.7.2, public: 198.51.100.1}';
    const {blueprint} = drawBlueprint(inputOf(`a.example: {to: "${to}", passthrough: true}\n${address}`));
    const text = blueprint.sites.map(site => renderSite(site, blueprint, assets)).join('');
    expect(/proxy_pass "?(.*?)"?;/.exec(text)?.[1]).toBe(url);
    expect(text).toContain('return 301 https://$server_name$request_uri;');
    expect(text).not.toContain('ssl');
  });

  test('a file of a site that no setting names is removed, the link first, with the hook of the last one', () => {
    const left: NginxSite = {file: '/etc/nginx/sites-enabled/jitsi_site_old.example.conf', names: [], listens: []};
    const {resources} = drawStack(makeInput({facts: makeFacts({nginxSites: [left]})}));
    const find = (id: string) => resources.find(each => each.id === id);
    const link = `file:${left.file}`;
    const file = 'file:/etc/nginx/sites-available/jitsi_site_old.example.conf';
    expect(find(file)?.needs).toContain(link);
    expect(find('unit:nginx.service')?.needs).toEqual(expect.arrayContaining([link, file]));
    expect(find('file:/usr/local/sbin/renew_site_cert.sh')?.title).toContain('Deploy hook');
    expect(idsOf('a.example: {root: /srv/a}')).not.toContain(link);
  });

  test('its files count as ours', () => {
    expect(isOwnSite('/etc/nginx/sites-enabled/jitsi_site_a.example.conf')).toBe(true);
    expect(isOwnSite('/etc/nginx/sites-enabled/jitsi_sites.conf')).toBe(false);
  });
});
