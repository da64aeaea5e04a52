import {randomBytes} from 'node:crypto';
import {readAssignment} from '../model/dot-env.ts';
import {Problem} from '../model/problem.ts';
import {Secret} from '../model/secret.ts';
import {isStorable} from '../resources/prosody-account.ts';

/** The passwords of the stack, as the containers' variables name them. */
export const passwordNames = ['JICOFO_AUTH_PASSWORD', 'JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS'] as const;
/** The secret that tokens are signed with; in use only if registered people come with tokens. */
export type PasswordName = (typeof passwordNames)[number] | 'JWT_APP_SECRET';

/** An environment variable's value: text, or a password that compose takes from .env. */
export type EnvironmentValue = string | {readonly password: PasswordName};

export type Passwords = {
  readonly values: Readonly<Record<(typeof passwordNames)[number], Secret>> & {readonly JWT_APP_SECRET?: Secret};
  /** The text of .env: its former content, with new passwords for those that it lacks and those that are weak. */
  readonly text: Secret;
  /** The passwords that were too weak to stay. */
  readonly replaced: readonly PasswordName[];
  /** The passwords of accounts that stay, and that no file of an account can have. */
  readonly unfit: readonly PasswordName[];
};

/** The passwords in use, as far as they are known. */
export type FormerPasswords = {
  /** The text of .env. */
  readonly env?: string | undefined;
  /** Whether Prosody has made its accounts. */
  readonly hasAccounts?: boolean;
  /** The passwords to renew, however strong they are. */
  readonly renew?: readonly PasswordName[];
  /** Set if tokens are signed; with the secret that the user gave, if they gave one. */
  readonly tokens?: {readonly secret?: Secret | undefined} | undefined;
  readonly make?: () => string;
};

/** Makes a hexadecimal password: upstream's scripts paste it into Lua and shell unquoted. */
const makePassword = () => randomBytes(16).toString('hex');

/**
 * Returns the passwords in .env, and new ones for those it lacks. A weak one is replaced, unless Prosody has an account with it: that
 * accepts no other. The relay's secret is no account.
 */
export function completePasswords({
  env = '',
  hasAccounts = true,
  renew = [],
  tokens,
  make = makePassword,
}: FormerPasswords = {}): Passwords {
  const lines = env.split('\n').map(text => ({text, ...readAssignment(text)}));
  // What cannot be read counts as weak.
  const found = new Map(lines.filter(({value}) => value !== '').map(({name, value = ''}) => [name, value]));
  const given = tokens?.secret?.reveal();
  const names: readonly PasswordName[] = [...passwordNames, ...(tokens ? (['JWT_APP_SECRET'] as const) : [])];
  const isGiven = (name: PasswordName) => name === 'JWT_APP_SECRET' && given !== undefined;
  const isKept = (name: PasswordName) => /_AUTH_PASSWORD$/.test(name) && hasAccounts;
  const isUnfit = (name: PasswordName, value: string) =>
    isWeak(value) || (name === 'JWT_APP_SECRET' && !isTokenSecret(value));
  const replaced = names.filter(
    name => found.has(name) && !isGiven(name) && !isKept(name) && isUnfit(name, found.get(name) ?? ''),
  );
  const missing = names.filter(name => !found.has(name));
  const other = names.filter(name => found.has(name) && isGiven(name) && found.get(name) !== given);
  const changed = [...new Set([...replaced, ...other, ...renew])];
  const made = new Map([...changed, ...missing].map(name => [name, isGiven(name) ? given : make()] as const));
  const kept = lines.map(({text, name}) => {
    const password = changed.find(each => each === name);
    return password === undefined ? text : `${name}=${made.get(password)}`;
  });
  const start = env === '' || env.endsWith('\n') ? '' : '\n';
  return {
    values: Object.fromEntries(
      names.map(name => [name, new Secret(made.get(name) ?? found.get(name) ?? '')]),
    ) as Passwords['values'],
    text: new Secret(kept.join('\n') + start + missing.map(name => `${name}=${made.get(name)}\n`).join('')),
    replaced: replaced.filter(name => !renew.includes(name)),
    unfit: names.filter(
      name => isKept(name) && !changed.includes(name) && found.has(name) && !isStorable(found.get(name) ?? ''),
    ),
  };
}

const alphabets = [/[0-9]/, /[a-f]/, /[g-z]/, /[A-F]/, /[G-Z]/, /[^0-9A-Za-z]/];
const sizes = [10, 6, 20, 6, 20, 32];

/** Returns whether all passwords of this length and sort of characters are fewer than 2^128: one credential shows which it was. */
function isWeak(password: string): boolean {
  const size = sizes.reduce((sum, each, index) => sum + (alphabets[index]?.test(password) ? each : 0), 0);
  return password === '' || password.length * Math.log2(size) < 128;
}

/** Returns whether a secret for tokens is strong, and of characters that mean nothing to compose, shell and Lua. */
export function isTokenSecret(secret: string): boolean {
  return /^[\w.+/=-]{1,512}$/.test(secret) && !isWeak(secret);
}

/** Explains why passwords in use are replaced. */
export function explainReplacement({replaced}: Passwords, directory: string): readonly Problem[] {
  if (replaced.length === 0) return [];
  return [
    new Problem({
      code: 'weak-password',
      summary: `${directory}/.env has weak passwords: ${replaced.join(', ')}. They are replaced with new ones.`,
      why: 'A stranger with one credential of the relay can try all short passwords, and then opens the relay to anybody.',
      remedy: `Nothing, unless another program uses them: then give it the new ones from ${directory}/.env.`,
    }),
  ];
}

/** Warns of passwords that cannot be given to Prosody's accounts. */
export function warnOfUnfit({unfit}: Passwords, directory: string): readonly Problem[] {
  return unfit.map(
    name =>
      new Problem({
        code: 'unfit-password',
        summary: `${name} in ${directory}/.env cannot be put into Prosody's account: it is not only letters, digits and signs of ASCII without quotes, backslashes and $. Both stay as they are.`,
        why: 'If the account has another password, Jicofo or the bridge cannot log in, and there are no meetings.',
        remedy: `Replace it in .env and in the account: jitsi-onebox passwords renew ${name}.`,
      }),
  );
}
