import {createHash, createHmac, pbkdf2Sync} from 'node:crypto';
import {expect, test} from 'vitest';
import {Secret} from '../../src/model/secret.ts';
import {prosodyAccount, putPassword} from '../../src/resources/prosody-account.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare, converge} from './work.ts';

const path = '/srv/jitsi/storage/prosody/data/auth%2emeet%2ejitsi/accounts/focus.dat';
const fresh = 'b'.repeat(32);
const resource = (password = fresh) =>
  prosodyAccount({account: 'focus@auth', path, uid: 550, place: 'prosody', password: new Secret(password), needs: []});

/** An account as Prosody 13 writes it. */
function write(password: string, iterations = 10_000): string {
  const salt = '7cdd2dbb-1d28-4d4e-9a24-5f0e24b6e1ab';
  const salted = pbkdf2Sync(password, salt, iterations, 20, 'sha1');
  const key = (name: string) => createHmac('sha1', salted).update(name).digest();
  const stored = createHash('sha1').update(key('Client Key')).digest('hex');
  return `return {
	["created"] = 1764400000;
	["iteration_count"] = ${iterations};
	["salt"] = "${salt}";
	["server_key"] = "${key('Server Key').toString('hex')}";
	["stored_key"] = "${stored}";
	["updated"] = 1764400000;
};
`;
}

test('an account gets the password, with the salt that it had, for Prosody alone', async () => {
  const host = createMemoryHost({files: {[path]: {content: write('old'), mode: 0o4777, uid: 551, gid: 0}}});
  const [difference] = await compare(resource(), host);
  expect(difference).toMatchObject({change: 'update', summary: 'give focus@auth the password in .env', secret: true});
  expect(JSON.stringify(difference)).not.toContain(fresh);
  await converge(resource(), host);
  expect(host.tree.get(path)).toMatchObject({content: write(fresh), mode: 0o640, uid: 550, gid: 550});
});

test('an account that has the password, and one that is not there, stay as they are', async () => {
  expect(await compare(resource(), createMemoryHost({files: {[path]: write(fresh)}}))).toEqual([]);
  expect(await compare(resource(), createMemoryHost({}))).toEqual([]);
});

test('a link in its place is no account', async () => {
  const host = createMemoryHost({files: {[path]: {link: '/root/focus.dat'}, '/root/focus.dat': write('old')}});
  expect(await compare(resource(), host)).toEqual([]);
});

test('a plain password is replaced, too', () => {
  expect(putPassword('return {\n\t["password"] = "old";\n};\n', fresh)).toBe(
    `return {\n\t["password"] = "${fresh}";\n};\n`,
  );
});

test.each([
  ['', fresh],
  ['return {\n\t["salt"] = "x";\n};\n', fresh],
  [write('old').replace('10000', '99999999'), fresh],
  [write('old'), ''],
  [write('old'), 'a"b'],
  [write('old'), 'a b'],
])('a file of another form stays, and no account gets an empty password: %j', (text, password) => {
  expect(putPassword(text, password)).toBeUndefined();
});
