import type {Host} from '../model/host.ts';

/** How the last deployment of a certificate ended, as its deploy hook wrote it down. */
export type Deployment = {readonly isDone: boolean; readonly at: string; readonly said: string};

/** The file in which the deploy hook of a lineage writes how it ended. */
export const deploymentPath = (name: string) => `/var/lib/jitsi-onebox/deployments/${name}`;

/** Reads how the last deployment ended; undefined before the first. */
export async function readDeployment({files}: Pick<Host, 'files'>, name: string): Promise<Deployment | undefined> {
  const text = await files.read(deploymentPath(name)).catch(() => undefined);
  const [, status, at = '', said = ''] = /^(\d+) (\S+)\n([\s\S]*)$/.exec(text ?? '') ?? [];
  return status === undefined ? undefined : {isDone: status === '0', at, said: said.trim()};
}
