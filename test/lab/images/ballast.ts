import {createCipheriv} from 'node:crypto';

/** Bytes that do not compress and are the same in every build, so that a layer keeps its digest. */
export const makeBallast = (path: string, bytes: number): Buffer => {
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32, path), Buffer.alloc(16)).update(Buffer.alloc(bytes));
  return path.endsWith('.js') ? asComment(noise) : noise;
};

/** A browser or Node that loads the file finds valid JavaScript. */
const asComment = (noise: Buffer): Buffer => Buffer.from(`/* ${noise.toString('base64')} */\n`);
