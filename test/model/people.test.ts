import {expect, test} from 'vitest';
import {findFaultInName, findFaultInPassword, makePasswordOf, rateStrength} from '../../src/model/people.ts';
import {Secret} from '../../src/model/secret.ts';

test.each(['anna', 'a.b-c_d', '4you', 'x'.repeat(60)])('%s is a name', name => {
  expect(findFaultInName(name)).toBeUndefined();
});

test.each(['', 'Anna', 'anna@home', 'a b', '-a', '.', 'ä', 'a/b', 'x'.repeat(61), 'onebox-check-1', '--help'])(
  '%j is no name',
  name => {
    expect(findFaultInName(name)).toMatch(/^(is|has|begins) /);
  },
);

test.each(['short', 'x'.repeat(201), 'eight\neight', 'nul\u0000nulnul'])('%j is no password', password => {
  expect(findFaultInPassword(password)).toMatch(/^(is|has) /);
});

test.each([
  ['password1', 'weak'],
  ['aaaaaaaaaaaaaaaa', 'weak'],
  ['tr0ub4dor-3', 'fair'],
  ['correct-horse-battery', 'strong'],
  ['f3a91c07d25be8864410c9aa', 'strong'],
])('%s is %s', (password, strength) => {
  expect(rateStrength(new Secret(password))).toBe(strength);
});

test('a made password is strong, can be read out, and prints as no text', () => {
  const password = makePasswordOf(Uint8Array.from({length: 20}, (_, index) => index * 13));
  expect(password.reveal()).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  expect(rateStrength(password)).toBe('strong');
  expect(`${password}`).toBe('•••');
});
