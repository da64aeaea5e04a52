import {expect, test} from 'vitest';
import {services} from '../../src/stack/compose-file.ts';
import {completePasswords, drawStack} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare} from '../resources/work.ts';
import {makeInput} from './input.ts';

const directory = '/srv/jitsi/storage/prosody/data/auth%2emeet%2ejitsi/accounts';
const account = (password: string) => `return {\n\t["password"] = "${password}";\n};\n`;
const [old, other] = ['a'.repeat(32), 'b'.repeat(32)];
const env = `JICOFO_AUTH_PASSWORD=${old}\nJVB_AUTH_PASSWORD=${other}\nTURN_CREDENTIALS=${old}\n`;
const draw = (renew: Parameters<typeof completePasswords>[0] = {}) =>
  drawStack(makeInput({passwords: completePasswords({env, ...renew})}));
const host = createMemoryHost({
  files: {[`${directory}/focus.dat`]: account(old), [`${directory}/jvb.dat`]: account(old)},
});

async function listChanged(stack: ReturnType<typeof draw>): Promise<readonly string[]> {
  const accounts = stack.resources.filter(({kind}) => kind === 'account');
  const differences = await Promise.all(accounts.map(async each => [each.id, await compare(each, host)] as const));
  return differences.flatMap(([id, found]) => (found.length > 0 ? [id] : []));
}

test('an account that has another password than .env gets that one', async () => {
  expect(await listChanged(draw())).toEqual(['account:jvb@auth.meet.jitsi']);
});

test('renewed passwords reach the accounts', async () => {
  expect(await listChanged(draw({renew: ['JICOFO_AUTH_PASSWORD']}))).toEqual([
    'account:focus@auth.meet.jitsi',
    'account:jvb@auth.meet.jitsi',
  ]);
  expect(await listChanged(draw({renew: ['JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS']}))).toEqual([
    'account:jvb@auth.meet.jitsi',
  ]);
});

test('a password that cannot be read from .env changes no account', async () => {
  const passwords = completePasswords({env: 'JICOFO_AUTH_PASSWORD=a$b\nJVB_AUTH_PASSWORD=$c\n'});
  expect(await listChanged(drawStack(makeInput({passwords})))).toEqual([]);
});

test('every container that logs in, or reads .env, starts after .env and the accounts', () => {
  const {resources, blueprint} = draw();
  const accounts = resources.filter(({kind}) => kind === 'account');
  expect(accounts.map(({needs}) => needs)).toEqual([['file:/srv/jitsi/.env'], ['file:/srv/jitsi/.env']]);
  const readers = services(blueprint).filter(({reads}) => reads.includes('/srv/jitsi/.env'));
  expect(readers.map(({name}) => name)).toEqual(['prosody', 'jicofo', 'videobridge']);
  for (const {name} of readers)
    expect(resources.find(({id}) => id === `container:${name}`)?.needs).toEqual(
      expect.arrayContaining(accounts.map(({id}) => id)),
    );
});
