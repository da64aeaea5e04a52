import type {Host} from '../model/host.ts';

/** Images that are built on this host have names below this one: no registry is asked for them, and none could serve another one. */
const localFolder = 'localhost/jitsi-onebox/';

/** Returns whether a name is that of an image which is built on this host. */
export const isLocal = (name: string): boolean => name.startsWith(localFolder);

/** Returns the repository for images that are built from one of another repository. */
export const localRepositoryOf = (repository: string): string => `${localFolder}${repository.split('/').at(-1) ?? ''}`;

/** The labels that say what an image is built from, and which packages were upgraded in it. */
export const baseLabel = 'org.jitsi-onebox.base';
export const packagesLabel = 'org.jitsi-onebox.packages';

/** Finds the digest that an image should have: a local name stands for the image that it was given to, once that is built. */
export async function findDigest(host: Host, digest: string): Promise<string | undefined> {
  return isLocal(digest) ? (await host.docker.imageDigests(digest))[0] : digest;
}
