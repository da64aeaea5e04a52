import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {findOtherCertbots, readAccounts, readLineages} from '../../../src/host/facts/certbot.ts';
import {describeFact} from '../../../src/model/facts.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const pem = readFileSync(new URL('../../resources/certificates/ninety-days.pem', import.meta.url), 'utf8');
const name = 'meet.example.org';
const root = '/etc/letsencrypt';
const id = 'a'.repeat(32);
const files = {
  [`${root}/live/README`]: 'read me',
  [`${root}/live/${name}/fullchain.pem`]: pem,
  [`${root}/renewal/${name}.conf`]: `[renewalparams]\naccount = ${id}\nauthenticator = standalone\nserver = https://acme.example.org/dir\n`,
  [`${root}/live/own.example.org/fullchain.pem`]: pem,
  [`${root}/accounts/acme.example.org/dir/${id}/regr.json`]: '{}',
  [`${root}/accounts/acme.example.org/dir/${'b'.repeat(32)}/regr.json`]: '{}',
};

test('lineages are found with the way in which they renew, and certificates that certbot does not know', async () => {
  const fact = await readLineages(createMemoryHost({files}));
  expect(fact).toMatchObject({
    value: [
      {name, names: [name], renewal: {account: id, authenticator: 'standalone', autorenew: true}},
      {name: 'own.example.org', names: [name]},
    ],
    source: `${root}/live and ${root}/renewal`,
  });
  expect(fact.value?.[1]).not.toHaveProperty('renewal');
  expect(describeFact('lineages', fact).text).toBe(
    `${name} (renewed by standalone), own.example.org (not renewed by certbot)`,
  );
});

test('accounts are found with their authority', async () => {
  const fact = await readAccounts(createMemoryHost({files}));
  expect(fact).toEqual({
    value: [id, 'b'.repeat(32)].map(each => ({authority: 'acme.example.org/dir', id: each})),
    source: `${root}/accounts`,
  });
});

test('without certbot there are none; where only root may look, they are unknown', async () => {
  expect((await readLineages(createMemoryHost())).value).toEqual([]);
  expect((await readAccounts(createMemoryHost())).value).toEqual([]);
  const denied = createMemoryHost({files, denied: [`${root}/live`, `${root}/accounts`]});
  await expect(readLineages(denied)).rejects.toThrow('cannot be read by this user');
  await expect(readAccounts(denied)).rejects.toThrow('cannot be read by this user');
});

test('certbots from a snap and from pip are found', async () => {
  const find = async (paths: readonly string[]) =>
    (await findOtherCertbots(createMemoryHost({files: Object.fromEntries(paths.map(path => [path, '']))}))).value;
  expect(await find(['/usr/bin/certbot'])).toEqual([]);
  expect(await find(['/snap/bin/certbot'])).toEqual(['/snap/bin/certbot']);
  expect(await find(['/opt/certbot/bin/certbot'])).toEqual(['/opt/certbot/bin/certbot']);
});
