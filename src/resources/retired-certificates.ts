import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {certificateId, lineagePath} from './certificate.ts';
import {certbot, runAlone} from './held-locks.ts';
import {standInPath, tlsDirectory, tlsPath} from './stand-in-certificate.ts';

type RetiredState = {
  /** Names that had a certificate of ours and are no longer in use. */
  readonly names: readonly string[];
  /** Names in use that still have only their stand-in. */
  readonly waiting: readonly string[];
};

export type RetiredCertificatesOptions = {
  readonly inUse: readonly string[];
  readonly webroot: string;
  readonly needs: readonly string[];
};

/** No certificate is left of a domain that was given up; it goes only once those in use are served. */
export function retiredCertificates({inUse, webroot, needs}: RetiredCertificatesOptions): Resource<RetiredState> {
  return {
    id: 'certificates:retired',
    title: 'Certificates of former domains',
    place: 'nginx',
    kind: 'certificate',
    needs,
    locks: ['certbot'],
    async read(host) {
      const names = ((await host.files.list(tlsDirectory)) ?? []).filter(name => !inUse.includes(name));
      const targets = await Promise.all(inUse.map(name => host.files.readLink(tlsPath(name))));
      return {names, waiting: inUse.filter((name, index) => targets[index] !== lineagePath(name))};
    },
    diff({names, waiting}, outlook) {
      if (waiting.some(name => outlook.changes(certificateId(name)).length === 0)) return [];
      return names.map(name => ({change: 'remove', summary: `delete the certificate for ${name}`}));
    },
    async apply(work, {names}) {
      const {host} = work;
      for (const name of names) {
        if (await isOurs({host, name, webroot})) {
          await runAlone(work, certbot, {argv: ['certbot', 'delete', '--non-interactive', '--cert-name', name]});
        }
        await host.files.remove(standInPath(name));
        await host.files.remove(tlsPath(name));
      }
    },
  };
}

/** A lineage is ours when it renews through our webroot: the owner may have one of that name too. */
async function isOurs({host, name, webroot}: {host: Host; name: string; webroot: string}): Promise<boolean> {
  const renewal = await host.files.read(`/etc/letsencrypt/renewal/${name}.conf`);
  return renewal?.includes(webroot) ?? false;
}
