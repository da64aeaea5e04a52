import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';

export type CertificateName = {
  readonly name: string;
  readonly place: Place;
  readonly needs: readonly string[];
};

/** Where servers find the certificate in use: a link to the stand-in, or to certbot's lineage. */
export const tlsDirectory = '/etc/jitsi-onebox/tls';
/** Where stand-ins are kept. */
export const standInDirectory = '/etc/jitsi-onebox/stand-in';

/** The path that servers name for one domain. */
export const tlsPath = (name: string) => `${tlsDirectory}/${name}`;
/** Where the self-signed stand-in of one domain is kept. */
export const standInPath = (name: string) => `${standInDirectory}/${name}`;
/** The id under which others name a stand-in they need. */
export const standInId = (name: string) => `stand-in:${name}`;

/** A self-signed certificate for a name that has no other yet, so that no fault of DNS or authority keeps servers from starting. */
export function standInCertificate({name, place, needs}: CertificateName): Resource<boolean> {
  return {
    id: standInId(name),
    title: `Stand-in certificate for ${name}`,
    place,
    kind: 'certificate',
    needs,
    locks: [],
    read: async host => (await host.files.resolve(`${tlsPath(name)}/privkey.pem`)) !== undefined,
    diff: exists =>
      exists ? [] : [{change: 'create', summary: `make a self-signed certificate for ${name}`, content: true}],
    async apply({host}) {
      await makeStandIn(host, name);
      await host.files.link(tlsPath(name), standInPath(name));
    },
  };
}

async function makeStandIn(host: Host, name: string): Promise<void> {
  const directory = standInPath(name);
  await host.files.makeDirectory(directory, {mode: 0o700, uid: 0, gid: 0});
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${directory}/privkey.pem`,
  ];
  const subject = ['-subj', '/CN=jitsi-onebox stand-in', '-addext', `subjectAltName=DNS:${name}`, '-days', '3650'];
  await host.run({
    argv: ['openssl', 'req', '-x509', '-batch', ...key, ...subject, '-out', `${directory}/fullchain.pem`],
  });
}
