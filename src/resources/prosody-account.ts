import {createHash, createHmac, pbkdf2Sync} from 'node:crypto';
import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import type {Secret} from '../model/secret.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type ProsodyAccountOptions = {
  /** The address of the account, for people. */
  readonly account: string;
  /** The file that Prosody keeps the account in. */
  readonly path: string;
  /** The number of the user and the group that Prosody runs as. */
  readonly uid: number;
  readonly place: Place;
  readonly password: Secret;
  readonly needs: readonly string[];
};

/** The text that the file should have; undefined if the account is not there, is right, or has an unknown form. */
type AccountState = {readonly wanted: string | undefined};

/** The id of an account. */
export const accountId = (account: string) => `account:${account}`;

/**
 * An account of Prosody with this password, if it is there: Prosody creates it at a start, but never changes it. It reads the file at
 * each login, so that no restart is needed, and nobody is logged out. A program would get the password in its arguments.
 */
export function prosodyAccount({
  account,
  path,
  uid,
  place,
  password,
  needs,
}: ProsodyAccountOptions): Resource<AccountState> {
  return {
    id: accountId(account),
    title: `Account ${account}`,
    place,
    kind: 'account',
    needs,
    locks: [],
    writes: [path],
    async read({files}) {
      // Prosody makes no links; one of somebody in its container could lead anywhere.
      const text = (await files.stat(path))?.type === 'file' ? await files.read(path) : undefined;
      const wanted = text === undefined ? undefined : putPassword(text, password.reveal());
      return {wanted: wanted === text ? undefined : wanted};
    },
    diff: ({wanted}) =>
      wanted === undefined
        ? []
        : [{change: 'update', summary: `give ${account} the password in .env`, content: true, secret: true}],
    record: async ({files}) => snapshotPaths(files, [path], place),
    async apply({host}, {wanted}) {
      if (wanted !== undefined) await host.files.write(path, wanted, {mode: 0o640, uid, gid: uid});
    },
  };
}

const field = (name: string) => new RegExp(String.raw`^(\s*\["${name}"\]\s*=\s*)(?:"([^"\\\n]*)"|(\d+))`, 'm');

const readField = (text: string, name: string): string | undefined => {
  const [, , quoted, number] = field(name).exec(text) ?? [];
  return quoted ?? number;
};

/** Returns whether the file of an account can have a password: visible ASCII without quotes. Without one nobody could log in. */
export function isStorable(password: string): boolean {
  return /^[\x21-\x7e]+$/.test(password) && !/["\\]/.test(password);
}

/** Puts a password into the text of an account as Prosody stores it: plain, or as the keys of SCRAM. */
export function putPassword(text: string, password: string): string | undefined {
  if (!isStorable(password)) return undefined;
  if (readField(text, 'password') !== undefined) return put(text, 'password', password);
  const [salt, count, stored, server] = ['salt', 'iteration_count', 'stored_key', 'server_key'].map(name =>
    readField(text, name),
  );
  const hash = hashes[stored?.length ?? 0];
  if (!salt || !server || !hash || !/^\d{1,6}$/.test(count ?? '')) return undefined;
  const keys = deriveKeys(password, {salt, iterations: Number(count), hash});
  return put(put(text, 'stored_key', keys.stored), 'server_key', keys.server);
}

function put(text: string, name: string, value: string): string {
  return text.replace(field(name), (_, start: string) => `${start}"${value}"`);
}

/** The hash functions by the length of their keys in hexadecimal digits. */
const hashes: Readonly<Record<number, 'sha1' | 'sha256'>> = {40: 'sha1', 64: 'sha256'};

type Scram = {readonly salt: string; readonly iterations: number; readonly hash: 'sha1' | 'sha256'};

/** Derives the keys that a server stores for SCRAM (RFC 5802). */
function deriveKeys(
  password: string,
  {salt, iterations, hash}: Scram,
): {readonly stored: string; readonly server: string} {
  const salted = pbkdf2Sync(password, salt, iterations, hash === 'sha1' ? 20 : 32, hash);
  const keyOf = (name: string) => createHmac(hash, salted).update(name).digest();
  return {
    stored: createHash(hash).update(keyOf('Client Key')).digest('hex'),
    server: keyOf('Server Key').toString('hex'),
  };
}
