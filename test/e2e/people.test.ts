import {randomBytes} from 'node:crypto';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Secret} from '../../src/model/secret.ts';
import {makeToken} from '../../src/stack/index.ts';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, idOf, plan} from './lab.ts';
import {checkFrom, status} from './proof.ts';
import {type ArgvSample, sampleArgv} from './sample-argv.ts';
import {findSecrets, leaksOf} from './secrets.ts';
import type {Visitor} from './visitors.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;
const script = new URL('visitors.ts', import.meta.url).pathname;
const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;

/** Lets people enter a room on the internet, one after the other, and returns what came of it for each. */
async function visit(room: string, ...visitors: readonly Visitor[]): Promise<readonly string[]> {
  const input = JSON.stringify({room, visitors});
  const {stdout} = await execa(door, ['outside', node, '--use-system-ca', script], {input});
  return JSON.parse(stdout);
}

const users = (words: readonly string[], input = '') => ask('guest', ['jitsi-onebox', 'users', ...words], input);
const makePassword = () => randomBytes(12).toString('hex');
const passwords = {anna: makePassword(), newer: makePassword(), bert: makePassword()};
const anna = {as: 'account', user: 'anna', password: passwords.anna} as const;
const anonymous = {as: 'anonymous'} as const;
const stranger = {as: 'guest'} as const;

let argv: ArgvSample;
let output = '';
const told = async (answer: ReturnType<typeof ask>) => {
  const {exitCode, all} = await answer;
  output += all;
  return {exitCode, all};
};

beforeAll(async () => {
  await requireInstalled();
  argv = await sampleArgv();
});
afterAll(() => argv?.stop());

/** Demands that no check fails. */
async function isGreen(): Promise<void> {
  const {exitCode, checks, codes} = await status();
  expect([exitCode, codes('failed', 'unknown', 'starting')], JSON.stringify(checks)).toEqual([0, []]);
}

/** Demands that Jicofo's log has the end of every session that it began for an account of a check: no page of it shows them. */
async function leavesNoSession(): Promise<void> {
  await eventually(5, async () => {
    const log = await guest(`docker logs ${idOf('jicofo')} 2>&1`);
    const begun = [...log.matchAll(/session created for onebox-check-\S+ SID: (\S+)/g)].map(([, id]) => id);
    const ended = [...log.matchAll(/Authentication removed: .*\bSID=([^,\s]+)/g)].map(([, id]) => id);
    expect(begun).not.toEqual([]);
    expect(begun.filter(id => !ended.includes(id))).toEqual([]);
  });
}

test('where anyone may open a room, there are no accounts, and the program says so', async () => {
  expect(await told(users(['add', 'anna'], `${passwords.anna}\n`))).toMatchObject({
    exitCode: 1,
    all: expect.stringContaining('accounts-off'),
  });
});

describe('rooms: registered', () => {
  test('the plan says what becomes of running meetings, and every check passes afterwards', async () => {
    expect((await plan('--set', 'rooms=registered')).all).toContain('Running meetings end. Guests get back in when');
    expect(await told(apply('--set', 'rooms=registered'))).toMatchObject({exitCode: 0});
    await isGreen();
  });

  test('the call of the checks leaves no session at Jicofo, which would last a day', leavesNoSession);

  test('accounts are added, listed, and refused where they do not fit', async () => {
    expect((await told(users(['add', 'anna'], `${passwords.anna}\n`))).all).toContain('The password is strong.');
    expect(await told(users(['add', 'bert', '--generate', '--json']))).toMatchObject({exitCode: 0});
    expect((await users(['list', '--json'])).stdout).toContain('"anna",\n    "bert"');
    expect((await told(users(['add', 'anna'], `${passwords.anna}\n`))).all).toContain('account-exists');
    expect((await told(users(['password', 'carl'], `${passwords.anna}\n`))).all).toContain('no-account');
    expect((await told(users(['add', 'carl'], 'short\n'))).all).toContain('no-password');
    expect(await told(users(['add', 'Carl@home']))).toMatchObject({exitCode: 64});
  });

  test('nobody without an account opens a room; somebody with one does, and then a guest gets in', async () => {
    const wrong = {...anna, password: passwords.newer};
    const [unknown, guestFirst, mistaken, ...rest] = await visit('daily', anonymous, stranger, wrong, anna, stranger);
    expect(unknown).toMatch(/offers only these logins/);
    expect(guestFirst).toMatch(/refused: not authorized/);
    expect(mistaken).toBe('the login was refused: not-authorized');
    expect(rest).toEqual(['entered', 'entered']);
  });

  test('from elsewhere nothing has failed', async () => {
    const {exitCode, codes} = await checkFrom('outside');
    expect([exitCode, codes('failed', 'unknown')]).toEqual([0, []]);
    expect(codes('warning')).toEqual(expect.arrayContaining(['conference', 'media-port']));
  });
});

describe('rooms: members', () => {
  test('accounts stay, guests are refused, and every check passes', async () => {
    expect(await told(apply('--set', 'rooms=members'))).toMatchObject({exitCode: 0});
    await isGreen();
    await leavesNoSession();
    const [first, second, third] = await visit('daily', anna, stranger, anonymous);
    expect(first).toBe('entered');
    expect(second).not.toBe('entered');
    expect(third).toMatch(/offers only these logins/);
    const elsewhere = await checkFrom('outside');
    expect([elsewhere.exitCode, elsewhere.codes('failed', 'unknown')]).toEqual([0, []]);
  });

  test('an old password and a removed account are refused', async () => {
    expect(await told(users(['password', 'anna'], `${passwords.newer}\n`))).toMatchObject({exitCode: 0});
    const renewed = {...anna, password: passwords.newer};
    expect(await visit('daily', anna, renewed)).toEqual(['the login was refused: not-authorized', 'entered']);
    expect(await told(users(['remove', 'anna']))).toMatchObject({exitCode: 0});
    expect(await visit('daily', renewed)).toEqual(['the login was refused: not-authorized']);
    expect((await users(['list'])).stdout).toBe('bert');
  });
});

// The proof call with a token, and the forms of tokens, take another restart of the server.
describe.runIf(process.env.TEST_ALL === '1')('access.kind: jwt', () => {
  const order = async (...options: readonly string[]) => {
    const {stdout} = await ask('guest', ['jitsi-onebox', 'token', 'Anna', '--json', ...options]);
    return {as: 'token', token: String(JSON.parse(stdout).token)} as const;
  };

  test('a token opens its room, and no other; every check passes', async () => {
    expect(await told(apply('--set', 'access.kind=jwt'))).toMatchObject({exitCode: 0});
    await isGreen();
    const token = await order('--room', 'daily', '--for', '5m');
    expect(await visit('daily', token)).toEqual(['entered']);
    expect((await visit('weekly', token))[0]).toMatch(/room was refused/);
  });

  test('an expired token, one of another secret, and none at all are refused', async () => {
    const secret = new Secret(await guest('sed -n s/^JWT_APP_SECRET=//p /srv/jitsi/.env | tr -d "\\n"'));
    const now = Math.floor(Date.now() / 1000);
    const tokens = {id: 'jitsi', issuers: ['jitsi'], audience: ['jitsi']};
    const make = (with_: Secret, until: number) =>
      ({
        as: 'token',
        token: makeToken({name: 'Anna', isModerator: false, from: now - 60, until}, tokens, with_).reveal(),
      }) as const;
    const good = make(secret, now + 300);
    const bad = [make(secret, now - 10), make(new Secret('0'.repeat(64)), now + 300), anonymous];
    expect(await visit('daily', good, ...bad)).toEqual([
      'entered',
      ...bad.map(() => 'the login was refused: not-allowed'),
    ]);
  });
});

test('no secret was seen outside its place', async () => {
  await argv.stop();
  const own = Object.entries(passwords).map(([name, value]) => ({name, value}));
  const secrets = [...(await findSecrets()), ...own];
  const leaks = await leaksOf(secrets, {argv: argv.seen(), environments: argv.environments(), output});
  expect(leaks).toEqual([]);
  console.log(`${secrets.length} secrets, ${leaks.length} leaks`);
});
