import type {FileAttributes, Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Difference, Resource} from '../model/resource.ts';
import {tlsPath} from './stand-in-certificate.ts';

export type CertificateCopyOptions = {
  readonly name: string;
  readonly place: Place;
  readonly directory: string;
  readonly attributes: FileAttributes;
  /** The deploy hook that copies: the same that certbot calls at a renewal. */
  readonly hook: string;
  readonly needs: readonly string[];
};

const files = ['fullchain.pem', 'privkey.pem'] as const;

/** The id under which others name a copy they need. */
export const certificateCopyId = (directory: string) => `certificate-copy:${directory}`;

/** A copy of the certificate in use for a service that may not read /etc/letsencrypt, under its own user. */
export function certificateCopy(options: CertificateCopyOptions): Resource<readonly string[]> {
  const {name, directory, hook} = options;
  return {
    id: certificateCopyId(directory),
    title: `Certificate of ${name} for its service`,
    place: options.place,
    kind: 'certificate',
    needs: options.needs,
    locks: [],
    read: host => findStale(host, options),
    diff: (stale): readonly Difference[] =>
      stale.length === 0 ? [] : [{change: 'update', summary: `copy ${stale.join(' and ')} of ${name} to ${directory}`}],
    async apply({host}) {
      const env = {RENEWED_LINEAGE: tlsPath(name), RENEWED_DOMAINS: name};
      await host.run({argv: [hook], env});
    },
  };
}

async function findStale(
  host: Host,
  {name, directory, attributes}: CertificateCopyOptions,
): Promise<readonly string[]> {
  const fresh = await Promise.all(
    files.map(async file => {
      const [state, copy, source] = await Promise.all([
        host.files.stat(`${directory}/${file}`),
        host.files.read(`${directory}/${file}`),
        host.files.read(`${tlsPath(name)}/${file}`),
      ]);
      return state?.mode === attributes.mode && state.uid === attributes.uid && copy !== undefined && copy === source;
    }),
  );
  return files.filter((_, index) => !fresh[index]);
}
