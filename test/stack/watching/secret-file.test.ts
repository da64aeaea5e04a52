import {expect, test} from 'vitest';
import {findSecretFaults, readNotifySecrets} from '../../../src/stack/watching/secret-file.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const path = '/root/secret';
const {document} = makeInput();
const read = (notify: string) => makeInput({settings: `${document}notify: ${notify}\n`}).settings;
const settings = {
  header: read(`{hook: {url: 'https://chat.example.org/', header: ${path}}}`),
  password: read(`{smtp: {host: mail.example.org, user: meet, password: ${path}}}`),
};
const hostWith = (content: string, attributes = {}) =>
  createMemoryHost({files: {[path]: {content, mode: 0o600, uid: 0, gid: 0, ...attributes}}});

test.each([
  ['nothing', createMemoryHost(), 'is not there'],
  ['a directory', createMemoryHost({files: {[path]: {directory: true}}}), 'is not a file'],
  ['a file of somebody else', hostWith('secret', {uid: 1000}), 'does not belong to root'],
  ['a file that others may read', hostWith('secret', {mode: 0o640}), 'its mode is 640'],
  ['two lines', hostWith('one\ntwo\n'), 'does not hold one line with a password'],
])('%s is refused', async (_what, host, said) => {
  const [fault, ...more] = await findSecretFaults(host, settings.password);
  expect(fault).toMatchObject({
    code: 'notify-secret',
    summary: expect.stringContaining(`${path} (notify.smtp.password)`),
  });
  expect(fault?.summary).toContain(said);
  expect(more).toEqual([]);
  await expect(readNotifySecrets(host, settings.password)).rejects.toMatchObject({code: 'notify-secret'});
});

test.each(['Bearer abc', 'Authorization: ', 'X: a\u0007b', 'X: a\r\nY: b'])('%j is no header', async content => {
  expect(await findSecretFaults(hostWith(content), settings.header)).toMatchObject([{code: 'notify-secret'}]);
});

test('a file as it should be is read, and shows nothing', async () => {
  const password = hostWith('nine words\n');
  expect(await findSecretFaults(password, settings.password)).toEqual([]);
  const secrets = await readNotifySecrets(password, settings.password);
  expect(secrets.password?.reveal()).toBe('nine words');
  expect(JSON.stringify(secrets)).not.toContain('nine');
  const header = hostWith('Authorization: Bearer abc\n');
  expect(await readNotifySecrets(header, settings.header)).toEqual({header: ['Authorization', 'Bearer abc']});
});

test('a file that only root may read is no fault for others', async () => {
  const host = createMemoryHost({files: {[path]: {content: 'x'}}, denied: ['/root']});
  expect(await findSecretFaults(host, settings.password)).toEqual([]);
});
