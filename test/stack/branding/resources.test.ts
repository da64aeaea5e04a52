import {describe, expect, test} from 'vitest';
import {makePlan} from '../../../src/engine/plan.ts';
import {noOtherChanges} from '../../../src/model/resource.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import type {BrandingFile} from '../../../src/stack/branding/files.ts';
import {brandedWeb, brandingResources} from '../../../src/stack/branding/resources.ts';
import {digest, services} from '../../../src/stack/compose-file.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {assets, makeInput} from '../input.ts';

const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';
const draw = (branding: string, files: readonly BrandingFile[] = [], former: readonly string[] = []) => {
  const input = makeInput({settings: `${required}branding: ${branding}\n`});
  return drawBlueprint({...input, branding: {...input.branding, files, former}}).blueprint;
};
const resources = (...source: Parameters<typeof draw>) => brandingResources(draw(...source), assets);
const icon = (text: string, source = 'branding/favicon.ico'): BrandingFile => ({
  key: 'favicon',
  type: 'ICO',
  bytes: Buffer.from(`\0\0\u0001\0${text}`),
  source,
});
const script = '/srv/jitsi/web/custom-interface_config.js';

test('without branding there is nothing, and files of an earlier run are removed', () => {
  expect(resources('{}')).toEqual([]);
  expect(brandedWeb(draw('{language: nl}'))).toMatchObject({
    environment: {DEFAULT_LANGUAGE: 'nl'},
    volumes: [],
    reads: [],
  });
  const former = ['/srv/jitsi/storage/branding/title.html', script];
  expect(resources('{}', [], former).map(({id}) => id)).toEqual(former.map(path => `file:${path}`));
  expect(brandedWeb(draw('{}', [], former)).needs).toEqual(former.map(path => `file:${path}`));
});

test('a file that is no longer wanted is removed, and the script of a former title stays without one', async () => {
  const former = ['labels-nl.json', 'labels-fr.json'].map(name => `/srv/jitsi/storage/branding/${name}`);
  const drawn = resources('{header: {subtitle: {nl: A}}}', [], [...former, script]);
  const absent = drawn.filter(({title}) => title.startsWith('Former'));
  expect(absent.map(({id}) => id)).toEqual(['file:/srv/jitsi/storage/branding/labels-fr.json']);
  const [difference] = drawn.find(({id}) => id === `file:${script}`)?.diff({stat: undefined}, noOtherChanges) ?? [];
  expect(difference?.text?.after).toMatch(/^\/\/ Written by jitsi-onebox: .*\n$/);
});

test('only a title or a language restarts the web container', () => {
  const digestOf = (...source: Parameters<typeof draw>) => {
    const blueprint = draw(...source);
    const [web] = services(blueprint);
    return web && digest(blueprint, web);
  };
  const usual = digestOf('{header: {subtitle: A}}');
  expect(digestOf('{header: {title: B, subtitle: {nl: C}}, logo: {link: https://example.org}}', [icon('a')])).toBe(
    usual,
  );
  expect(digestOf('{header: {subtitle: A}, language: nl}')).not.toBe(usual);
  expect(brandedWeb(draw('{title: A}')).reads).toContain(script);
  expect(brandedWeb(draw('{header: {title: A}}')).reads).not.toContain(script);
});

describe('the plan', () => {
  const directory = {directory: true} as const;
  const files = {'/srv/jitsi': directory, '/srv/jitsi/web': directory, '/srv/jitsi/storage': directory};
  const plan = (own: ReturnType<typeof resources>, more = {}) =>
    makePlan({
      // The directories are made elsewhere.
      resources: own.map(each => ({...each, needs: []})),
      host: createMemoryHost({files: {...files, ...more}}),
    });

  test('says of each file how large it is and where it is from, and that HTML is the user’s own code', async () => {
    const head = {key: 'head', type: 'HTML', bytes: Buffer.from('<b>'), source: 'branding/head.html'} as const;
    const {changes} = await plan(resources('{}', [icon('a', 'the setting branding.favicon'), head]));
    expect(changes.map(({title}) => title)).toEqual(
      expect.arrayContaining([
        'Favicon: ICO, 5 B, from the setting branding.favicon',
        'Your own code (HTML): 3 B, from branding/head.html',
      ]),
    );
  });

  test('of one picture is not the plan of another', async () => {
    const [one, other] = await Promise.all([plan(resources('{}', [icon('a')])), plan(resources('{}', [icon('b')]))]);
    expect(one.digest).not.toBe(other.digest);
    const summaries = one.changes.flatMap(({differences}) => differences.map(({summary}) => summary));
    expect(summaries).toContainEqual(expect.stringMatching(/favicon\.ico \(sha256 [0-9a-f]{16}\)$/));
  });

  test('does not replace a script of the user', async () => {
    const {problems} = await plan(resources('{title: A}'), {[script]: '// mine\n'});
    expect(problems).toMatchObject([{code: 'path-taken', summary: expect.stringContaining(script)}]);
  });
});
