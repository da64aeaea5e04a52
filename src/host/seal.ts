import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {Problem} from '../model/problem.ts';
import {replaceFile} from './files.ts';

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

/** Returns the authentication code of sealed bytes: HMAC-SHA256 with a key of its own, so that openssl may show it in its arguments. */
export function authenticate(sealed: Uint8Array, key: string): string {
  const own = createHash('sha256').update(`mac ${key}\n`).digest();
  return createHmac('sha256', own).update(sealed).digest('hex');
}

/** What is opened: a copy, its authentication code (which copies of 0.1 lack), and the key. */
type Sealed = {
  readonly path: string;
  readonly sealed: Uint8Array;
  readonly mac: string | undefined;
  readonly key: string;
};

/** Opens a sealed copy; throws a Problem if it is not what was sealed with this key. */
export function open({path, sealed, mac, key}: Sealed): Buffer {
  if (mac !== undefined && !isEqual(mac, authenticate(sealed, key))) throw damaged(path);
  try {
    const decipher = createDecipheriv('aes-256-cbc', ...derive(key, sealed.subarray(magic.length, start)));
    return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
  } catch (error) {
    throw damaged(path, error);
  }
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function damaged(path: string, cause?: unknown): Problem {
  return new Problem({
    code: 'snapshot-damaged',
    summary: `${path} is not as it was written: it was changed, or sealed with another key than ${sealKeyPath}.`,
    remedy: 'Restore both from a backup of this host. Or set the former settings by hand, and apply them.',
    cause,
  });
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
