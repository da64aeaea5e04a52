import {expect, test} from 'vitest';
import {drawStack} from '../../src/stack/index.ts';
import {completePasswords} from '../../src/stack/passwords.ts';
import {makeInput} from '../stack/input.ts';

const make = () => 'c0de'.repeat(8);
const strong = 'c0ffee'.repeat(6);

test.each([
  ['a word', 'abc'],
  ['31 hexadecimal digits', strong.slice(0, 31)],
  ['a word in quotes', '"abc"'],
  ['38 decimal digits', '7'.repeat(38)],
  ['a reference to another variable', '$SECRET_OF_MINE_THAT_IS_RATHER_LONG'],
])('l5: %s as the secret of the relay is made anew, since its credentials show it', (_what, value) => {
  const env = `# mine\nTURN_CREDENTIALS=${value}\nOTHER=abc\nTURN_CREDENTIALS=${value}\n`;
  const {values, text, replaced} = completePasswords({env, make});
  expect(values.TURN_CREDENTIALS.reveal()).toBe(make());
  expect(text.reveal()).toContain(`# mine\nTURN_CREDENTIALS=${make()}\nOTHER=abc\nTURN_CREDENTIALS=${make()}\n`);
  expect(replaced).toEqual(['TURN_CREDENTIALS']);
  expect(completePasswords({env: text.reveal()})).toMatchObject({replaced: [], text});
});

test.each([
  ['32 hexadecimal digits', strong.slice(0, 32), strong.slice(0, 32)],
  ['22 letters and digits', 'aZ3kQ9xT7vLmP2rB8nWc4d', 'aZ3kQ9xT7vLmP2rB8nWc4d'],
  ['double quotes', `"${strong}"`, strong],
  ['single quotes', `'${strong}'`, strong],
  ['white space', ` ${strong} `, strong],
  ['a comment behind it', `${strong} # mine`, strong],
  ['a comment behind quotes', `"${strong}" # mine`, strong],
])('l5: a strong secret stays, byte for byte; its value is the one that compose reads: %s', (_what, written, value) => {
  const env = `TURN_CREDENTIALS=${written}\n`;
  const {values, text, replaced} = completePasswords({env, make});
  expect(values.TURN_CREDENTIALS.reveal()).toBe(value);
  expect(text.reveal().startsWith(env)).toBe(true);
  expect(replaced).toEqual([]);
});

test('l5: quotes around nothing are no secret', () => {
  const {values, replaced} = completePasswords({env: 'TURN_CREDENTIALS=\'\'\nJVB_AUTH_PASSWORD=""\n', make});
  expect([values.TURN_CREDENTIALS.reveal(), values.JVB_AUTH_PASSWORD.reveal(), replaced]).toEqual([make(), make(), []]);
});

test('l5: a weak password stays only where Prosody has an account with it', () => {
  const env = `JICOFO_AUTH_PASSWORD=one\nJVB_AUTH_PASSWORD=two\nTURN_CREDENTIALS=${strong}\n`;
  expect(completePasswords({env, make}).text.reveal()).toBe(env);
  const {values, replaced} = completePasswords({env, make, hasAccounts: false});
  expect(replaced).toEqual(['JICOFO_AUTH_PASSWORD', 'JVB_AUTH_PASSWORD']);
  expect(values.JICOFO_AUTH_PASSWORD.reveal()).toBe(make());
});

test('l5: the plan says what it replaces, and shows no secret', () => {
  const {warnings} = drawStack(makeInput({passwords: completePasswords({env: 'TURN_CREDENTIALS=abc\n', make})}));
  const found = warnings.find(({code}) => code === 'weak-password');
  expect(found?.summary).toBe('/srv/jitsi/.env has weak passwords: TURN_CREDENTIALS. They are replaced with new ones.');
  expect(JSON.stringify(found)).not.toMatch(/abc|c0de/);
  expect(drawStack(makeInput()).warnings.map(({code}) => code)).not.toContain('weak-password');
});
