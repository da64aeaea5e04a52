import {randomBytes} from 'node:crypto';
import {Secret} from '../model/secret.ts';

/** The passwords of the stack, named as the containers know them. */
export const passwordNames = ['JICOFO_AUTH_PASSWORD', 'JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS'] as const;
export type PasswordName = (typeof passwordNames)[number];

export type Passwords = {
  readonly values: Readonly<Record<PasswordName, Secret>>;
  /** The text of .env: what stood there, and the passwords it lacked. */
  readonly text: Secret;
};

/** Hexadecimal, since upstream's scripts paste passwords into Lua and shell as they are. */
const makePassword = () => randomBytes(16).toString('hex');

/**
 * The passwords in .env, and new ones for those it lacks. One that is there is never changed: Prosody knows its accounts by it,
 * and does not learn another.
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
