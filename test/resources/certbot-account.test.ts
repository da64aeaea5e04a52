import {expect, test} from 'vitest';
import {chooseAccount} from '../../src/resources/certbot-account.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const authority = 'https://acme.example.org/directory';
const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];
const choose = (ids: readonly string[], renewal?: string) => {
  const below = '/etc/letsencrypt/accounts/acme.example.org/directory';
  const files = Object.fromEntries(ids.map(id => [`${below}/${id}/meta.json`, '{}']));
  return chooseAccount(createMemoryHost({files}), {authority, renewal});
};

test('certbot makes an account, or uses its only one, without a choice', async () => {
  expect(await choose([])).toBeUndefined();
  expect(await choose([second])).toBeUndefined();
});

test('of several accounts, the one of the lineage is chosen, else the same one each time', async () => {
  expect(await choose([second, first])).toBe(first);
  expect(await choose([first, second], `[renewalparams]\naccount = ${second}\n`)).toBe(second);
  expect(await choose([first, second], 'account = gone\n')).toBe(first);
});
