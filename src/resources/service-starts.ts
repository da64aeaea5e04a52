import type {Host} from '../model/host.ts';
import type {Work} from '../model/resource.ts';

/**
 * Debian starts a service when its package is installed: nginx before it has our configuration, HAProxy on a port that another
 * may hold. /usr/sbin/policy-rc.d is Debian's own way to ask it not to.
 */
const policy = '/usr/sbin/policy-rc.d';
const script = '#!/bin/sh\n# Put here by jitsi-onebox while it installs packages, and removed right after.\nexit 101\n';

export type HeldStarts = 'no' | 'ours' | 'theirs';

/** Whether package installations are kept from starting services now, and by whom. */
export async function readHeldStarts(host: Host): Promise<HeldStarts> {
  const current = await host.files.read(policy);
  if (current === undefined) return 'no';
  return current === script ? 'ours' : 'theirs';
}

/** Does `installation` while no package starts its service; one that a killed run left behind is cleaned up on the way. */
export async function holdStarts({host}: Pick<Work, 'host'>, installation: () => Promise<void>): Promise<void> {
  const isTheirs = (await readHeldStarts(host)) === 'theirs';
  if (!isTheirs) await host.files.write(policy, script, {mode: 0o755, uid: 0, gid: 0});
  try {
    await installation();
  } finally {
    if (!isTheirs) await host.files.remove(policy);
  }
}
