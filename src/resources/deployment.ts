import type {Host} from '../model/host.ts';

/** How the last deployment of a certificate ended, as its deploy hook wrote it down. */
export type Deployment = {readonly isDone: boolean; readonly at: string; readonly said: string};

/** The directory in which the deploy hooks write how they ended. */
export const deploymentDirectory = '/var/lib/jitsi-onebox/deployments';

/** The file about the lineage of a name. */
export const deploymentPath = (name: string) => `${deploymentDirectory}/${name}`;

/** Reads how the last deployment ended; undefined before the first. */
export async function readDeployment({files}: Pick<Host, 'files'>, name: string): Promise<Deployment | undefined> {
  const text = await files.read(deploymentPath(name)).catch(() => undefined);
  const [, status, at = '', said = ''] = /^(\d+) (\S+)\n([\s\S]*)$/.exec(text ?? '') ?? [];
  return status === undefined ? undefined : {isDone: status === '0', at, said: said.trim()};
}
