import {describe, expect, test} from 'vitest';
import {adoptEnvironment, findLeftProject, readFormerProject} from '../../src/stack/former-project.ts';
import {readInUse} from '../../src/stack/in-use.ts';
import {completePasswords} from '../../src/stack/passwords.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const project = {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker-compose']} as const;

/** What compose 1.29.2 printed of a file with an override, an env file and these variables. */
const rendered = `services:
  jvb:
    environment:
      JVB_AUTH_PASSWORD: fromoverride
      TURN_PASSWORD: other
    image: jvb
  prosody:
    environment:
      EMPTY: null
      FROM_FILE: in$$$$file
      JICOFO_AUTH_PASSWORD: jic ofo
      PORT: '5'
      TURN_PASSWORD: se$$cret
    image: prosody
version: '3'
`;
const env = `COMPOSE_PROJECT_NAME=meeting
COMPOSE_FILE=docker-compose.yml
JICOFO_AUTH_PASSWORD="jic ofo"   # a note
JVB_AUTH_PASSWORD='jv$b'
TURN_PASSWORD='se$cret'
HTTP_PORT=8289
`;
const files = {
  '/srv/jitsi/.env': env,
  '/srv/jitsi/docker-compose.override.yml': '',
  '/srv/jitsi/docker-compose.yml': '',
};
const read = (commands = {}) => readFormerProject(createMemoryHost({files, commands}), project);
const asRendered = {'docker-compose config': rendered};

describe('a foreign project is what compose makes of it', () => {
  test('version 1: variables of containers, its name from .env, overrides beside it', async () => {
    expect(await read(asRendered)).toEqual({
      name: 'meeting',
      environment: {
        JVB_AUTH_PASSWORD: 'fromoverride',
        TURN_PASSWORD: 'se$cret',
        JICOFO_AUTH_PASSWORD: 'jic ofo',
        FROM_FILE: 'in$$file',
        PORT: '5',
      },
    });
  });

  test('version 2 prints its name', async () => {
    expect((await read({'docker-compose config': `name: other\n${rendered}`})).name).toBe('other');
  });

  test.each([
    ['no compose', {}],
    ['a project that compose refuses', {'docker-compose config': {exitCode: 1, stderr: 'invalid'}}],
    ['an answer that is no YAML', {'docker-compose config': '\t: ['}],
  ])('%s: only its files are known', async (_name, commands) => {
    expect(await read(commands)).toMatchObject({name: 'meeting', environment: {}});
  });

  test('COMPOSE_FILE names a project that has none of the usual names', async () => {
    const host = createMemoryHost({
      files: {'/srv/jitsi/.env': 'COMPOSE_FILE=stack.yml:more.yml\n', '/srv/jitsi/stack.yml': 'services: {}\n'},
    });
    expect(await readInUse(host, '/srv/jitsi')).toMatchObject({foreignCompose: '/srv/jitsi/stack.yml'});
  });
});

describe('its .env is taken over', () => {
  test('each password is in it once, under our name, as the containers had it; nothing steers compose', async () => {
    const adopted = adoptEnvironment(env, await read(asRendered));
    expect(adopted).toBe(`JICOFO_AUTH_PASSWORD="jic ofo"   # a note
JVB_AUTH_PASSWORD=fromoverride
TURN_CREDENTIALS='se$cret'
HTTP_PORT=8289
`);
    expect(adoptEnvironment(adopted, await read(asRendered))).toBe(adopted);
  });

  test("the guide's TURN_PASSWORD is the relay's secret, in every file", () => {
    const secret = 'd3'.repeat(16);
    const nothing = {name: 'jitsi', environment: {}};
    const {values, text, replaced} = completePasswords({
      env: adoptEnvironment(`TURN_PASSWORD=${secret}\n`, nothing),
      hasAccounts: false,
    });
    expect(values.TURN_CREDENTIALS.reveal()).toBe(secret);
    expect(text.reveal().split('\n')[0]).toBe(`TURN_CREDENTIALS=${secret}`);
    expect(text.reveal()).not.toContain('TURN_PASSWORD');
    expect(replaced).toEqual([]);
  });

  test.each([
    ['both names: ours counts', 'TURN_CREDENTIALS=a\nTURN_PASSWORD=b\n', {}, 'TURN_CREDENTIALS=a\n'],
    [
      'a user of the relay keeps its password',
      'TURN_USERNAME=u\nTURN_PASSWORD=b\n',
      {},
      'TURN_USERNAME=u\nTURN_PASSWORD=b\n',
    ],
    ['a value only in another file', 'A=1', {JVB_AUTH_PASSWORD: 'b'}, 'A=1\nJVB_AUTH_PASSWORD=b\n'],
    ['two lines of one name', 'JVB_AUTH_PASSWORD=a\nJVB_AUTH_PASSWORD=b\n', {}, 'JVB_AUTH_PASSWORD=b\n'],
    [
      'a value that no quoting holds',
      'JVB_AUTH_PASSWORD="it\'s"\n',
      {JVB_AUTH_PASSWORD: "it's"},
      'JVB_AUTH_PASSWORD="it\'s"\n',
    ],
  ])('%s', (_name, before, environment, after) => {
    expect(adoptEnvironment(before, {name: 'jitsi', environment})).toBe(after);
  });
});

test.each([
  ['none', '', undefined],
  ['ours only', 'jitsi\njitsi\n', undefined],
  ['those of a take-over that did not end', 'jitsi\nmeeting\nmeeting\n', {name: 'meeting', environment: {}}],
])('containers of our directory: %s', async (_what, stdout, expected) => {
  const host = createMemoryHost({commands: {'docker ps --all': stdout}});
  expect(await findLeftProject(host, project)).toEqual(expected);
  expect(host.asked[0]).toContain('label=com.docker.compose.project.working_dir=/srv/jitsi');
});
