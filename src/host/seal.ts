import {createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {Problem} from '../model/problem.ts';
import {replaceFile} from './replace-file.ts';

/** The key that opens sealed snapshots. It is outside the stores, so that a run's directory can be shown without its passwords. */
export const sealKeyPath = '/var/lib/jitsi-onebox/seal.key';

const magic = Buffer.from('Salted__');
const saltLength = 8;
const start = magic.length + saltLength;

/** Encrypts like `openssl enc -aes-256-cbc -pbkdf2`, so that an admin can open it without this program. */
export function seal(bytes: Uint8Array, key: string): Buffer {
  const salt = randomBytes(saltLength);
  const cipher = createCipheriv('aes-256-cbc', ...derive(key, salt));
  return Buffer.concat([magic, salt, cipher.update(bytes), cipher.final()]);
}

/** Decrypts with the key it was sealed with; throws if the key is another one or bytes are missing. */
export function unseal(sealed: Uint8Array, key: string): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', ...derive(key, sealed.subarray(magic.length, start)));
  return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
}

/** Derives the cipher's key and first block as openssl does. */
function derive(key: string, salt: Uint8Array): [Buffer, Buffer] {
  const bytes = pbkdf2Sync(key, salt, 10_000, 48, 'sha256');
  return [bytes.subarray(0, 32), bytes.subarray(32)];
}

/** Reads the key, or makes one. */
export async function obtainSealKey(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(acceptAbsence);
  if (found !== undefined) return found.trim();
  const key = randomBytes(32).toString('hex');
  await replaceFile(path, `${key}\n`, {mode: 0o600, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0});
  return key;
}

/** Reads the key; throws a Problem where there is none. */
export async function readSealKey(path: string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(acceptAbsence);
  if (found !== undefined) return found.trim();
  throw new Problem({
    code: 'seal-key-missing',
    summary: `${path} is missing, and without it the files that held passwords cannot be restored.`,
    remedy: 'Restore it from a backup of this host. Or set the former settings by hand, and apply them.',
  });
}

function acceptAbsence(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
