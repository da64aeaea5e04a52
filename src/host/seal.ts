import {createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {Problem} from '../model/problem.ts';
import {replaceFile} from './replace-file.ts';

/** Where the key is that opens what is sealed: outside the stores, so that whoever is shown a run's directory reads no password there. */
export const sealKeyPath = '/var/lib/jitsi-onebox/seal.key';

const magic = Buffer.from('Salted__');
const saltLength = 8;
const start = magic.length + saltLength;

/** Encrypts the way `openssl enc -aes-256-cbc -pbkdf2` does, so that the owner can open it without this program. */
export function seal(bytes: Uint8Array, key: string): Buffer {
  const salt = randomBytes(saltLength);
  const cipher = createCipheriv('aes-256-cbc', ...derive(key, salt));
  return Buffer.concat([magic, salt, cipher.update(bytes), cipher.final()]);
}

/** Opens what was sealed with the same key; throws where it was another, or the bytes are not whole. */
export function unseal(sealed: Uint8Array, key: string): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', ...derive(key, sealed.subarray(magic.length, start)));
  return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
}

/** The cipher's key and first block, as openssl makes them of a password. */
function derive(key: string, salt: Uint8Array): [Buffer, Buffer] {
  const bytes = pbkdf2Sync(key, salt, 10_000, 48, 'sha256');
  return [bytes.subarray(0, 32), bytes.subarray(32)];
}

/** The key that is there, or a new one. */
export async function obtainSealKey(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(acceptAbsence);
  if (found !== undefined) return found.trim();
  const key = randomBytes(32).toString('hex');
  await replaceFile(path, `${key}\n`, {mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0});
  return key;
}

/** The key that is there; throws a Problem where it is not. */
export async function readSealKey(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(acceptAbsence);
  if (found !== undefined) return found.trim();
  throw new Problem({
    code: 'seal-key-missing',
    summary: `${path} is gone, and without it the files that held passwords cannot be put back as they were.`,
    remedy: 'Put it back from a copy of this host; or change the settings by hand to what they were, and apply them.',
  });
}

function acceptAbsence(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
