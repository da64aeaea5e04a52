import type {Resource} from '../model/resource.ts';
import {lineagePath} from './certificate.ts';
import {certbot, runAlone} from './held-locks.ts';

/** The id under which others name a lineage that goes. */
export const absentLineageId = (name: string) => `lineage:${name}`;

/** A certificate that we ordered, gone with its key. */
export function absentLineage(name: string, needs: readonly string[]): Resource<boolean> {
  const renewal = `/etc/letsencrypt/renewal/${name}.conf`;
  return {
    id: absentLineageId(name),
    title: `Certificate for ${name}`,
    place: 'nginx',
    kind: 'certificate',
    needs,
    locks: ['certbot'],
    read: async host => (await host.files.stat(renewal)) !== undefined,
    diff: exists => (exists ? [{change: 'remove', summary: `delete the certificate for ${name}`}] : []),
    async apply(work) {
      const {files} = work.host;
      if (await files.stat('/usr/bin/certbot'))
        return runAlone(work, certbot, {argv: ['certbot', 'delete', '--non-interactive', '--cert-name', name]});
      // An uninstallation that keeps certificates takes certbot along.
      for (const path of [lineagePath(name), `/etc/letsencrypt/archive/${name}`, renewal]) await files.remove(path);
    },
  };
}
