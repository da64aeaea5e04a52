import {expect, test} from 'vitest';
import type {ContainerState} from '../../src/model/host.ts';
import {findFaultInName} from '../../src/model/people.ts';
import {Secret} from '../../src/model/secret.ts';
import {nameForCheck, openAccounts} from '../../src/stack/accounts.ts';
import {createMemoryHost, type Script} from '../fakes/memory-host.ts';

const container = (running: boolean): ContainerState => ({
  id: 'p1',
  service: 'prosody',
  labels: {},
  running,
  health: 'healthy',
  started: 1,
  restarts: 0,
  healthOutput: '',
});
const ctl = 'docker exec --interactive p1 prosodyctl --config /run/prosody/config/prosody.cfg.lua';

function open({environment = 'ENABLE_AUTH=1\nAUTH_TYPE=internal\n', running = true, says = {}} = {}) {
  const commands: Record<string, Script> = {'docker inspect': environment, ...says};
  const host = createMemoryHost({commands, containers: {jitsi: [container(running)]}});
  return {host, accounts: openAccounts(host, {project: {name: 'jitsi'}})};
}

test.each([
  ['no server runs', {running: false}, 'not-installed'],
  ['anyone may open rooms', {environment: 'PUBLIC_URL=https://a/\n'}, 'accounts-off'],
  ['people have tokens', {environment: 'ENABLE_AUTH=1\nAUTH_TYPE=jwt\n'}, 'accounts-off'],
])('where %s, Prosody is not asked for accounts', async (_where, options, code) => {
  const {host, accounts} = open(options);
  await expect(accounts).rejects.toMatchObject({code});
  expect(host.changes).toEqual([]);
  expect(host.asked.filter(line => line.includes('prosodyctl'))).toEqual([]);
});

test('a password is passed on standard input, twice, and never on a command line', async () => {
  const inputs: string[] = [];
  const hear: Script = ({input}) => {
    inputs.push(input instanceof Secret ? input.reveal() : 'not a secret');
    return 'OK';
  };
  const {host, accounts} = open({says: {[`${ctl} adduser`]: hear, [`${ctl} passwd`]: hear}});
  await (await accounts).add('anna', new Secret('hidden-1'));
  await (await accounts).setPassword('anna', new Secret('hidden-2'));
  expect(inputs).toEqual(['hidden-1\nhidden-1\n', 'hidden-2\nhidden-2\n']);
  expect(host.changes).toEqual([`run ${ctl} adduser anna@meet.jitsi`, `run ${ctl} passwd anna@meet.jitsi`]);
});

test('accounts are listed without those of checks', async () => {
  const stdout = 'bert@meet.jitsi\nonebox-check-00ff@meet.jitsi\nanna@meet.jitsi\nOK: Showing all 3 users\n';
  const {accounts} = open({says: {[`${ctl} shell user list meet.jitsi`]: stdout}});
  expect(await (await accounts).list()).toEqual(['anna', 'bert']);
});

test('accounts of checks that were killed are removed after ten minutes, also those of former releases', async () => {
  const ofFormer = 'onebox-check-00ff00ff00ff';
  const {host, accounts} = open({says: {[`${ctl} shell user delete`]: 'OK'}});
  const [old, recent] = [600_001, 599_000].map(age => nameForCheck(host.now() - age));
  const stdout = [ofFormer, old, recent, 'anna'].map(name => `${name}@meet.jitsi\n`).join('');
  host.commands[`${ctl} shell user list meet.jitsi`] = stdout;
  await (await accounts).removeLeft();
  expect(host.changes).toEqual([ofFormer, old].map(name => `run ${ctl} shell user delete ${name}@meet.jitsi`));
});

test('the name of an account for a check is one that nobody else may have', () => {
  const name = nameForCheck(Date.parse('2026-11-29T07:51:30Z'));
  expect(name).toMatch(/^onebox-check-[0-9a-f]{20}$/);
  expect(findFaultInName(name)).toBe('begins as the accounts of the checks do');
});

test.each([
  ['Error: User exists', 'account-exists'],
  ['Error: No such user', 'no-account'],
  ['lua: something broke', 'accounts-refused'],
])('%s is explained', async (stderr, code) => {
  const {accounts} = open({says: {[`${ctl} shell user delete`]: {exitCode: 1, stderr}}});
  await expect((await accounts).remove('anna')).rejects.toMatchObject({code});
});
