import {Secret} from './secret.ts';

/** Accounts and rooms with this beginning belong to checks, each for some seconds. */
export const checkPrefix = 'onebox-check-';

/** Finds what is wrong with the name of an account: it becomes part of an address. */
export function findFaultInName(name: string): string | undefined {
  if (name.length > 60) return 'is longer than 60 characters';
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name))
    return 'has other characters than a-z, 0-9 and . _ -, or does not begin with a letter or a digit';
  return name.startsWith(checkPrefix) ? 'begins as the accounts of the checks do' : undefined;
}

/** Returns whether participants can see a name. */
export const isTitle = (name: string) => /^[^\p{C}]{1,100}$/u.test(name) && name.trim() !== '';

const shortest = 8;

/** Finds what is wrong with a password. */
export function findFaultInPassword(password: string): string | undefined {
  if ([...password].length < shortest) return `is shorter than ${shortest} characters`;
  if (password.length > 200) return 'is longer than 200 characters';
  return /\p{C}/u.test(password) ? 'has characters that cannot be seen' : undefined;
}

const sorts: readonly (readonly [RegExp, number])[] = [
  [/[0-9]/, 10],
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[^0-9A-Za-z]/, 32],
];

/** Says how strong a password is, from its length, sorts of characters and repetitions. */
export function rateStrength(password: Secret): 'weak' | 'fair' | 'strong' {
  const text = password.reveal();
  const size = sorts.reduce((sum, [sort, count]) => sum + (sort.test(text) ? count : 0), 0);
  const isRepetitive = new Set(text).size < 5 || /(.)\1{3}|0123|1234|abcd|qwer|passw/i.test(text);
  const bits = (isRepetitive ? 0.5 : 1) * [...text].length * Math.log2(Math.max(2, size));
  if (bits < 50) return 'weak';
  return bits < 75 ? 'fair' : 'strong';
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Makes a password that is easy to read out, from random bytes: 100 bits from 20 bytes. */
export function makePasswordOf(bytes: Uint8Array): Secret {
  const text = [...bytes].map(byte => letters[byte % letters.length]).join('');
  return new Secret(text.replace(/.{5}(?=.)/g, '$&-'));
}
