import {randomBytes} from 'node:crypto';
import {Secret} from '../model/secret.ts';

/** The passwords of the stack, as the containers' variables name them. */
export const passwordNames = ['JICOFO_AUTH_PASSWORD', 'JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS'] as const;
export type PasswordName = (typeof passwordNames)[number];

export type Passwords = {
  readonly values: Readonly<Record<PasswordName, Secret>>;
  /** The text of .env: its former content and the missing passwords. */
  readonly text: Secret;
};

/** Makes a hexadecimal password: upstream's scripts paste it into Lua and shell unquoted. */
const makePassword = () => randomBytes(16).toString('hex');

/**
 * Returns the passwords in .env, and new ones for those it lacks. An existing one is never changed: Prosody created its accounts
 * with it and does not accept another.
 */
export function completePasswords(env = '', make: () => string = makePassword): Passwords {
  const found = new Map([...env.matchAll(/^([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]));
  const missing = passwordNames.filter(name => !found.has(name)).map(name => [name, make()] as const);
  const all = new Map([...found, ...missing]);
  const start = env === '' || env.endsWith('\n') ? env : `${env}\n`;
  return {
    values: Object.fromEntries(
      passwordNames.map(name => [name, new Secret(all.get(name) ?? '')]),
    ) as Passwords['values'],
    text: new Secret(start + missing.map(([name, value]) => `${name}=${value}\n`).join('')),
  };
}
