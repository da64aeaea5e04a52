import {expect, test} from 'vitest';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose, services} from '../../src/stack/compose-file.ts';
import {drawStack} from '../../src/stack/index.ts';
import {completePasswords} from '../../src/stack/passwords.ts';
import {readTokenSecret} from '../../src/stack/token-secret.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {passedVariables} from './appendix-a.ts';
import {makeInput} from './input.ts';

const head = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\n';
const draw = (settings: string) => drawBlueprint(makeInput({settings: head + settings})).blueprint;

/** What the containers are given beyond what they get by default. */
function variables(settings: string) {
  const usual = services(draw(''));
  return Object.fromEntries(
    services(draw(settings)).flatMap(({name, environment}) => {
      const before = usual.find(each => each.name === name)?.environment ?? {};
      const more = Object.entries(environment).filter(([variable]) => !Object.hasOwn(before, variable));
      return more.length > 0 ? [[name, Object.fromEntries(more)]] : [];
    }),
  );
}

const open = {ENABLE_AUTH: '1', ENABLE_GUESTS: '1'};
const closed = {ENABLE_AUTH: '1', ENABLE_GUESTS: '0'};
const tokens = {
  AUTH_TYPE: 'jwt',
  JWT_ACCEPTED_AUDIENCES: 'here',
  JWT_ACCEPTED_ISSUERS: 'jitsi,other',
  JWT_ALLOW_EMPTY: '0',
  JWT_APP_ID: 'jitsi',
  JWT_APP_SECRET: {password: 'JWT_APP_SECRET'},
  XMPP_MUC_MODULES: 'token_affiliation',
};
const jwt = 'access: {kind: jwt, issuers: [jitsi, other], audience: [here]}\n';

test.each([
  ['rooms: anyone\nlobby: true\nprejoin: yes\nwelcome-page: true\n', {}],
  [
    'rooms: registered\n',
    {
      web: open,
      prosody: {...open, AUTH_TYPE: 'internal'},
      jicofo: {ENABLE_AUTH: '1', AUTH_TYPE: 'internal'},
    },
  ],
  [
    'rooms: members\n',
    {
      web: closed,
      prosody: {...closed, AUTH_TYPE: 'internal'},
      jicofo: {ENABLE_AUTH: '1', AUTH_TYPE: 'internal'},
    },
  ],
  [
    `rooms: registered\n${jwt}`,
    {
      web: open,
      prosody: {...open, ...tokens},
      jicofo: {ENABLE_AUTH: '1', AUTH_TYPE: 'jwt', ENABLE_AUTO_OWNER: '0'},
    },
  ],
  [
    `rooms: members\n${jwt}`,
    {
      web: closed,
      prosody: {...closed, ...tokens},
      // Everybody has a token, and Jicofo would make all of them moderators.
      jicofo: {ENABLE_AUTH: '0', AUTH_TYPE: 'jwt', ENABLE_AUTO_OWNER: '0'},
    },
  ],
  [
    'lobby: false\nprejoin: false\nwelcome-page: false\n',
    {web: {ENABLE_PREJOIN_PAGE: '0', ENABLE_WELCOME_PAGE: '0'}, prosody: {ENABLE_LOBBY: '0'}},
  ],
])('%j becomes the variables that the images know', (settings, expected) => {
  const given = variables(settings);
  expect(given).toEqual(expected);
  for (const [name, each] of Object.entries(given))
    expect(Object.keys(each as object).filter(variable => !passedVariables[name as 'web']?.has(variable))).toEqual([]);
});

test('without settings for people, the compose file is what it was before there were any', () => {
  expect(renderCompose(draw(''))).not.toMatch(/ENABLE_AUTH|AUTH_TYPE|JWT_|ENABLE_LOBBY|ENABLE_PREJOIN/);
});

test.each([
  ['anyone', 'rooms: registered\n', /Guests get back in when a registered person/],
  ['registered', 'rooms: members\n', /Guests do not get back in/],
  ['members', 'rooms: anyone\n', /Everybody gets back in/],
] as const)('from %s on, the plan says what happens to running meetings', (former, settings, words) => {
  const {warnings} = drawStack(makeInput({settings: head + settings, inUse: {rooms: former}}));
  expect(warnings.find(({code}) => code === 'rooms-change')?.summary).toMatch(words);
  const same = drawStack(makeInput({settings: head + settings, inUse: {}}));
  expect(same.warnings.map(({code}) => code)).not.toContain('rooms-change');
});

test('the secret for tokens is made with the other passwords, and only where there are tokens', () => {
  const make = () => 'f'.repeat(32);
  expect(completePasswords({make}).text.reveal()).not.toContain('JWT_APP_SECRET');
  const {values, text} = completePasswords({make, tokens: {}});
  expect(values.JWT_APP_SECRET?.reveal()).toBe(make());
  const strong = `${text.reveal().replaceAll('f'.repeat(32), '0123456789abcdef'.repeat(3))}`;
  expect(completePasswords({env: strong, tokens: {}}).text.reveal()).toBe(strong);
  const unsafe = completePasswords({env: `JWT_APP_SECRET='${'"x'.repeat(40)}'\n`, make, tokens: {}});
  expect(unsafe).toMatchObject({replaced: ['JWT_APP_SECRET']});
});

const strong = 'Ab1-'.repeat(12);

test.each([
  [{'/root/secret': {content: 'a'.repeat(16), mode: 0o600}}, 'strong enough'],
  [{'/root/secret': {content: `${'Ab1'.repeat(20)} two`, mode: 0o600}}, 'strong enough'],
  [{'/root/secret': {content: strong, mode: 0o640}}, 'its mode is 640'],
  [{'/root/secret': {content: strong, mode: 0o600, uid: 1000}}, 'does not belong to root'],
  [{'/root/secret': {link: '/root/other'}, '/root/other': {content: strong, mode: 0o600}}, 'is not a file'],
  [{'/root/secret': {directory: true}}, 'is not a file'],
  [{}, 'is not there'],
] as const)('the file %j is refused as a secret, and it is not shown', async (files, words) => {
  const host = createMemoryHost({files});
  const {settings} = makeInput({settings: `${head}rooms: members\naccess: {kind: jwt, secret: /root/secret}\n`});
  const found = await readTokenSecret(host, settings);
  expect(found?.problems).toMatchObject([{code: 'token-secret', summary: expect.stringContaining(words)}]);
  expect(found?.secret).toBeUndefined();
});

test('a secret of the user’s own takes the place of the one in .env', async () => {
  const host = createMemoryHost({files: {'/root/secret': {content: `${strong}\n`, mode: 0o600}}});
  const {settings} = makeInput({settings: `${head}rooms: members\naccess: {kind: jwt, secret: /root/secret}\n`});
  const found = await readTokenSecret(host, settings);
  const {text, replaced} = completePasswords({env: `JWT_APP_SECRET=${'f'.repeat(32)}\n`, tokens: found});
  expect(text.reveal()).toContain(`JWT_APP_SECRET=${strong}\n`);
  expect(replaced).toEqual([]);
});
