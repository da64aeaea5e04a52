import {expect, test} from 'vitest';
import {chooseAccount} from '../../src/resources/certbot-account.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const authority = 'https://acme.example.org/directory';
const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];
const choose = async (ids: readonly string[], former?: string, account = 'auto') => {
  const below = '/etc/letsencrypt/accounts/acme.example.org/directory';
  const files = Object.fromEntries(ids.map(id => [`${below}/${id}/meta.json`, '{}']));
  return (await chooseAccount(createMemoryHost({files}), {authority, account, former}))?.id;
};

test('certbot makes an account where it has none; its only one is named', async () => {
  expect(await choose([])).toBeUndefined();
  expect(await choose([second])).toBe(second);
});

test('of several accounts, the setting chooses, else the lineage, else it is the same one each time', async () => {
  expect(await choose([second, first])).toBe(first);
  expect(await choose([first, second], second)).toBe(second);
  expect(await choose([first, second], 'gone')).toBe(first);
  expect(await choose([first, second], first, second)).toBe(second);
});

test('an account that certbot does not have is named, with those that it has', async () => {
  await expect(choose([first], undefined, second)).rejects.toMatchObject({
    code: 'no-such-account',
    summary: expect.stringContaining(`it has ${first}`),
  });
});
