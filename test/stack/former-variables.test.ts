import {readFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {writeSettings} from '../../src/model/settings/write.ts';
import {addFormerVariables, readFormerVariables, translateVariables} from '../../src/stack/former-variables.ts';
import {drawStack} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets, makeInput} from './input.ts';

// The guide's sample with every variable that it names.
const sample = `# Public URL
PUBLIC_URL=https://meet.example.org
TURN_DOMAIN=turn.example.org
ENABLE_TURN=1
DISABLE_PREJOIN_PAGE=0
ENABLE_AUTH=0
ENABLE_JOIN_LEAVE_NOTIFICATIONS=0
ENABLE_FOCUS_INDICATOR=0
PROSODY_LOG_LEVEL=debug
TURN_VERBOSE=1
JVB_ENABLE_APIS=rest,colibri
DOCKER_HOST_ADDRESS=192.168.1.20
DISABLE_XMPP_WEBSOCKET=1
CUSTOM_PAGE_TITLE="Meet Example"
CUSTOM_HEADER_TITLE=Example # ours
CUSTOM_HEADER_SUBTITLE=Secure meetings
CUSTOM_HEADER_SUBTITLE_NL=Veilige vergaderingen
CUSTOM_HEADER_SUBTITLE_DE=
CUSTOM_WM_LINK=https://example.org
CUSTOM_LOGO=1
CUSTOM_LOGO_WELCOME=1
AUTHORIZED_USER=anna
RESOLUTION=720
`;
const directory = '/srv/jitsi';
const path = `${directory}/.env_global`;
const read = (text: string, takeOver: readonly ('compose' | 'haproxy')[] = ['compose']) =>
  readFormerVariables(createMemoryHost({files: {[path]: text}}), {directory, takeOver, assets});

test('variables of the guide become settings and options, and the plan says which', async () => {
  const former = await read(sample);
  if (former === undefined) return expect.fail('nothing was read');
  const draft = addFormerVariables(gatherSettings({flags: ['contact=a@example.org']}), former);
  expect([draft.faults, draft.missing]).toEqual([[], []]);
  const text = writeSettings(draft);
  expect(text).toContain('domain: meet.example.org\n');
  expect(draft.values.get('options')).toEqual({LOG_LEVEL: 'debug', COLIBRI_REST_ENABLED: '1', RESOLUTION: '720'});
  expect(draft.values.get('branding.header.subtitle')).toEqual({en: 'Secure meetings', nl: 'Veilige vergaderingen'});
  expect(draft.values.get('branding.title')).toBe('Meet Example');
  const {warnings} = drawStack({...makeInput({takeOver: ['compose']}), formerVariables: former});
  expect(warnings.find(({code}) => code === 'former-variables')?.message).toMatch(
    /^\/srv\/jitsi\/\.env_global: .* PUBLIC_URL, TURN_DOMAIN, .*These do not: .*TURN_VERBOSE, DOCKER_HOST_ADDRESS/,
  );
});

test('settings of the user take precedence', async () => {
  const former = await read(sample);
  if (former === undefined) return expect.fail('nothing was read');
  const draft = gatherSettings({
    saved: {name: 'settings.yaml', text: 'domain: other.example.org\n'},
    flags: ['options.RESOLUTION=360'],
  });
  const {values, entries} = addFormerVariables(draft, former);
  expect(values.get('domain')).toBe('other.example.org');
  expect(values.get('options')).toMatchObject({RESOLUTION: '360', LOG_LEVEL: 'debug'});
  expect(entries.get('turn.domain')?.from).toBe('former');
});

test('only variables of a foreign project that is taken over count', async () => {
  expect(await read(sample, ['haproxy'])).toBeUndefined();
  expect(await read(`# Written by jitsi-onebox\n${sample}`)).toBeUndefined();
});

test('a value that would break something is left, and so is one that depends on variables', () => {
  const {text, taken, left} = translateVariables(
    `RESOLUTION=a'b\nPROSODY_LOG_LEVEL=\${X}\nPUBLIC_URL=nowhere\n`,
    assets,
  );
  expect([text, taken]).toEqual(['{}\n', []]);
  expect(left).toEqual(['RESOLUTION', 'PROSODY_LOG_LEVEL', 'PUBLIC_URL']);
});

test('the second attempt of a take-over finds the variables or the settings', () => {
  const {resources} = drawStack(makeInput({takeOver: ['compose']}));
  expect(resources.find(({id}) => id === `file:${path}`)?.needs).toContain('file:/etc/jitsi-onebox/settings.yaml');
});

test('the README says what every variable of the guide is now', async () => {
  const readme = await readFile('README.md', 'utf8');
  const names = [...sample.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name ?? '');
  const others = /^CUSTOM_HEADER_SUBTITLE_|^RESOLUTION$/;
  for (const name of names.filter(each => !others.test(each)))
    expect(readme).toMatch(new RegExp(`^\\|.*\\b${name}\\b.*\\|`, 'm'));
});
