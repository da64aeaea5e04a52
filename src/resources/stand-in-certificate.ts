import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {snapshotPaths} from './path-snapshots.ts';

export type CertificateName = {
  readonly name: string;
  readonly place: Place;
  readonly needs: readonly string[];
};

/** Has one entry per domain, which servers read: a link to the stand-in, or to certbot's lineage. */
export const tlsDirectory = '/etc/jitsi-onebox/tls';
/** Has the stand-in certificates. */
export const standInDirectory = '/etc/jitsi-onebox/stand-in';

/** The certificate in use for one domain. */
export const tlsPath = (name: string) => `${tlsDirectory}/${name}`;
/** The self-signed stand-in certificate of one domain. */
export const standInPath = (name: string) => `${standInDirectory}/${name}`;
/** The id of a stand-in certificate. */
export const standInId = (name: string) => `stand-in:${name}`;

/** A self-signed certificate for a name that has no other yet: servers start even when DNS or the authority fails. */
export function standInCertificate({name, place, needs}: CertificateName): Resource<boolean> {
  return {
    id: standInId(name),
    title: `Stand-in certificate for ${name}`,
    place,
    kind: 'certificate',
    needs,
    locks: [],
    writes: [standInPath(name), ...standInFiles(name), tlsPath(name)],
    read: async host => (await host.files.resolve(`${tlsPath(name)}/privkey.pem`)) !== undefined,
    diff: exists =>
      exists ? [] : [{change: 'create', summary: `make a self-signed certificate for ${name}`, content: true}],
    record: ({files}) => snapshotPaths(files, [standInPath(name), ...standInFiles(name), tlsPath(name)], place),
    async apply({host}) {
      await makeStandIn(host, name);
      await host.files.link(tlsPath(name), standInPath(name));
    },
  };
}

const standInFiles = (name: string) => ['privkey.pem', 'fullchain.pem'].map(file => `${standInPath(name)}/${file}`);

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
