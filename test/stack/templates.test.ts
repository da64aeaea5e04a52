import {describe, expect, test} from 'vitest';
import {noOtherChanges} from '../../src/model/resource.ts';
import {type Blueprint, drawBlueprint} from '../../src/stack/blueprint.ts';
import {certificateResources} from '../../src/stack/certificates.ts';
import {environmentFile} from '../../src/stack/compose-file.ts';
import {renderHaproxy} from '../../src/stack/haproxy.ts';
import {renderGuard, renderUnit} from '../../src/stack/mmproxy.ts';
import {renderMeetSite, renderTurnSite} from '../../src/stack/nginx.ts';
import {completePasswords} from '../../src/stack/passwords.ts';
import {quoteNginx, quoteShell, Unquotable} from '../../src/stack/quoting.ts';
import {renderSite} from '../../src/stack/sites/nginx.ts';
import type {Site} from '../../src/stack/sites/site.ts';
import {render} from '../../src/stack/template.ts';
import {turnResources} from '../../src/stack/turn.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {converge} from '../resources/work.ts';
import {sampleHostile} from './hostile.ts';
import {makeInput, assets as original} from './input.ts';
import {describeWith, haproxyAccepts, nginxAccepts, shellAccepts, wrapSite} from './parsers.ts';
import {splitWords} from './words.ts';

const values = sampleHostile(150);
const harmless = 'feedface';
const {blueprint} = drawBlueprint(makeInput());
// Without comments, whose apostrophes would confuse the parser of words.
const assets = (name: string) => original(name).replaceAll(/^\s*#(?!!).*\n/gm, '');

/** Every text of a blueprint that a file contains, and how to replace it. */
const fields = {
  domain: domain => ({domain}),
  turnDomain: turnDomain => ({turnDomain}),
  publicAddress: publicAddress => ({publicAddress}),
  directory: directory => ({project: {...blueprint.project, directory}}),
  project: name => ({project: {...blueprint.project, name}}),
  bridge: videobridge => ({network: {...blueprint.network, videobridge}}),
  subnet: subnet => ({network: {...blueprint.network, subnet}}),
  timezone: timezone => ({timezone}),
  root: root => ({sites: [{kind: 'files', domain: 'a.example', root}]}),
  destination: to => ({sites: [{kind: 'proxy', domain: 'a.example', to, bodySize: to}]}),
  service: to => ({sites: [{kind: 'passthrough', domain: to, to: '10.0.0.1:80', sendsProxy: false}]}),
  secret: secret => ({passwords: completePasswords({make: () => secret})}),
} satisfies Record<string, (value: string) => Partial<Blueprint>>;

type Field = keyof typeof fields;
const withField = (field: Field, value: string): Blueprint => ({...blueprint, ...fields[field](value)});

const hook = (each: Blueprint, name: string) =>
  certificateResources(each, assets)
    .find(({id}) => id === `file:/usr/local/sbin/${name}`)
    ?.diff({stat: undefined}, noOtherChanges)[0]?.text?.after ?? '';

/** Writes the relay's file, since its text is secret until then. */
async function writeTurn(each: Blueprint): Promise<string> {
  let written = '';
  const host = createMemoryHost();
  const write = async (_path: string, content: string | Uint8Array) => {
    written = Buffer.from(content).toString();
  };
  const resource = turnResources(each, assets).find(({id}) => id.endsWith('/turnserver.conf'));
  if (resource) await converge(resource, {...host, files: {...host.files, stat: async () => undefined, write}});
  return written;
}

const renderSites = (each: Blueprint, kind: Site['kind']) =>
  each.sites.flatMap(site => (site.kind === kind ? [renderSite(site, each, assets)] : [])).join('');

type Render = (blueprint: Blueprint) => string | Promise<string>;

/** Each file with the texts it contains, and its language's way to split a text. */
const files = [
  ['jitsi.conf', ['domain'], splitWords, each => renderMeetSite(each, assets)],
  [
    'jitsi-turn.conf',
    ['turnDomain'],
    splitWords,
    each => renderTurnSite({...each, turnDomain: each.turnDomain ?? ''}, assets),
  ],
  ['jitsi_site_files.conf', ['root'], splitWords, each => renderSites(each, 'files')],
  ['jitsi_site_proxy.conf', ['destination'], splitWords, each => renderSites(each, 'proxy')],
  ['jitsi_site_passthrough.conf', ['service'], splitWords, each => renderSites(each, 'passthrough')],
  ['haproxy.cfg', ['turnDomain', 'service'], splitWords, each => renderHaproxy(each, assets)],
  ['go-mmproxy-ssl.service', [], splitLines, each => renderUnit(each, assets)],
  ['guard.nft', ['subnet'], splitWords, each => renderGuard(each, assets).replace(/hash [0-9a-f]{16} of/, '')],
  ['renew_meet_cert.sh', ['domain'], splitWords, each => hook(each, 'renew_meet_cert.sh')],
  ['renew_turn_cert.sh', ['turnDomain', 'directory', 'project'], splitWords, each => hook(each, 'renew_turn_cert.sh')],
  ['turnserver.conf', ['turnDomain', 'publicAddress', 'bridge', 'secret'], splitLines, writeTurn],
  ['.env_global', ['timezone'], splitLines, environmentFile],
] satisfies readonly (readonly [string, readonly Field[], Split, Render])[];

type Split = (text: string) => readonly unknown[];

/** Splits files of coturn and env files, which have one value per line and nothing special in it. */
function splitLines(text: string): readonly string[] {
  return text.split('\n').map(line => line.replace(/=.*$/s, '='));
}

const pairs = files.flatMap(([name, own, split, render]) => own.map(field => ({name, field, split, render})));
const renderOf = (wanted: string): Render => files.find(([name]) => name === wanted)?.[3] ?? (() => '');

/** Renders a file with each hostile value, except those that its language cannot express. */
async function renderAll(render: Render, field: Field): Promise<readonly {value: string; text: string}[]> {
  const rendered: {value: string; text: string}[] = [];
  for (const value of values) {
    try {
      rendered.push({value, text: await render(withField(field, value))});
    } catch (error) {
      if (!(error instanceof Unquotable)) throw error;
    }
  }
  return rendered;
}

test.each(files)(
  '%s contains no text but that of the fields tried here',
  async (_name, own: readonly Field[], _split, render) => {
    const calmly = await render(blueprint);
    for (const field of Object.keys(fields) as Field[]) {
      if (own.includes(field)) expect(await render(withField(field, harmless)), field).not.toBe(calmly);
      else expect(await render(withField(field, harmless)), field).toBe(calmly);
    }
  },
);

test.each(pairs)('$name keeps its structure with any $field', async ({field, split, render}) => {
  const expected = JSON.stringify(split(await render(withField(field, harmless))));
  const rendered = await renderAll(render, field);
  expect(rendered.length).toBeGreaterThan(0);
  for (const {value, text} of rendered)
    expect(JSON.stringify(split(text)), value).toBe(expected.split(harmless).join(JSON.stringify(value).slice(1, -1)));
});

test.each([
  ['a; } server { listen 1', quoteNginx, 'server_name {{x}};'],
  ["a' 'b", quoteShell, 'name={{x}}'],
  ['$(reboot) > b', quoteShell, '[ "$y" = {{x}} ] || exit'],
  ['a\nbackend b', quoteShell, 'name={{x}}'],
])('%j would change the structure without quotes', (value, quote, template) => {
  const structure = (text: string) => splitWords(render({template, values: {x: text}, quote}));
  const expected = JSON.stringify(structure(harmless)).split(harmless).join(JSON.stringify(value).slice(1, -1));
  expect(JSON.stringify(structure(value))).toBe(expected);
  expect(splitWords(template.replace('{{x}}', () => value))).not.toEqual(JSON.parse(expected));
});

describe('the parser of', () => {
  describeWith(['nginx'], () => {
    test('nginx reads a value as one word, in every place', async () => {
      const sites = await renderAll(renderOf('jitsi.conf'), 'domain');
      expect(sites.length).toBeGreaterThan(200);
      const {accepted, output} = await nginxAccepts(wrapSite(sites.map(({text}) => neutralize(text)).join('\n')));
      expect(accepted, output.slice(-2000)).toBe(true);
    });
  });

  describeWith(['haproxy'], () => {
    test('HAProxy reads a value as one word', async () => {
      const rendered = await renderAll(renderOf('haproxy.cfg'), 'turnDomain');
      expect(rendered.length).toBeGreaterThan(200);
      const rules = rendered.map(({text}) => findRule(text));
      const whole = renderHaproxy(blueprint, assets).split(findRule(renderHaproxy(blueprint, assets)));
      const {accepted, output} = await haproxyAccepts(whole.join(rules.join('\n')));
      expect(accepted, output.slice(-2000)).toBe(true);
    });
  });

  test('sh reads a value as one word', async () => {
    const scripts = await Promise.all(
      pairs.filter(({name}) => name.endsWith('.sh')).map(({render, field}) => renderAll(render, field)),
    );
    const functions = scripts.flat().map(({text}, index) => `f${index}() {\n${text}\n}\n`);
    expect(functions.length).toBeGreaterThan(1000);
    expect(await shellAccepts(functions.join(''))).toEqual({accepted: true, output: ''});
  });
});

/** Replaces directives whose values nginx interprets by one that takes any single word. */
function neutralize(site: string): string {
  return site
    .replaceAll(/^(\t*)(?:server_name|access_log|ssl_certificate|ssl_certificate_key)(?= )/gm, '$1set $probe')
    .replaceAll(/^(\tlisten \S+).*;$/gm, '$1;')
    .replaceAll(/^\thttp2 on;$/gm, '');
}

function findRule(text: string): string {
  return text.split('\n').find(line => line.includes('req.ssl_sni')) ?? '';
}
