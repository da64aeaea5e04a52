import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {certificateId, deleteLineage, snapshotLineage} from './certificate.ts';
import {lineagePath} from './certificate-order.ts';
import {deploymentPath} from './deployment.ts';
import {snapshotPaths, snapshotTree} from './path-snapshots.ts';
import {standInPath, tlsDirectory, tlsPath} from './stand-in-certificate.ts';

type RetiredState = {
  /** Names no longer in use that had a certificate of ours. */
  readonly names: readonly string[];
  /** Names in use that still have only their stand-in. */
  readonly waiting: readonly string[];
};

export type RetiredCertificatesOptions = {
  readonly inUse: readonly string[];
  readonly webroot: string;
  readonly needs: readonly string[];
};

/** No certificate of a former domain; it is deleted only once the ones in use are served. */
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
    async record({files}, {names}) {
      const recorded = names.map(async name => [
        ...((await isOurs(files, name, webroot)) ? await snapshotLineage(files, name) : []),
        ...(await snapshotTree(files, standInPath(name), 'nginx')),
        ...(await snapshotTree(files, tlsPath(name), 'nginx')),
        ...(await snapshotPaths(files, [deploymentPath(name)], 'nginx')),
      ]);
      return (await Promise.all(recorded)).flat();
    },
    async apply(work, {names}) {
      const {host} = work;
      for (const name of names) {
        if (await isOurs(host.files, name, webroot)) await deleteLineage(work, name);
        await host.files.remove(standInPath(name));
        await host.files.remove(tlsPath(name));
        await host.files.remove(deploymentPath(name));
      }
    },
  };
}

/** A lineage is ours when it renews through our webroot: the user may have one of that name too. */
async function isOurs(files: Host['files'], name: string, webroot: string): Promise<boolean> {
  const renewal = await files.read(`/etc/letsencrypt/renewal/${name}.conf`);
  return renewal?.includes(webroot) ?? false;
}
