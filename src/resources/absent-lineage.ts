import type {Resource} from '../model/resource.ts';
import {certbot, runAlone} from './held-locks.ts';

/** The id under which others name a lineage that goes. */
export const absentLineageId = (name: string) => `lineage:${name}`;

/** A certificate that we ordered, gone with its key. */
export function absentLineage(name: string, needs: readonly string[]): Resource<boolean> {
  return {
    id: absentLineageId(name),
    title: `Certificate for ${name}`,
    place: 'nginx',
    kind: 'certificate',
    needs,
    locks: ['certbot'],
    read: async host => (await host.files.stat(`/etc/letsencrypt/renewal/${name}.conf`)) !== undefined,
    diff: exists => (exists ? [{change: 'remove', summary: `delete the certificate for ${name}`}] : []),
    apply: work => runAlone(work, certbot, {argv: ['certbot', 'delete', '--non-interactive', '--cert-name', name]}),
  };
}
