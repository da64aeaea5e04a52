import {fileURLToPath} from 'node:url';

/** Where the checkout is that this lab was started from. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** This lab's name: a second one that runs at the same time, in an annex, has another. */
export const labName = process.env.ONEBOX_LAB ?? 'first';

/** The configuration files of the lab's servers. */
export const settings = fileURLToPath(new URL('settings', import.meta.url));

/** State, keys and logs: they last as long as the lab is up. */
export const runtime = '/run/jitsi-onebox-lab';

/** Names with addresses that the lab's DNS follows. */
export const dynamicNames = `${runtime}/names`;

/** The servers' logs and the guest's console. */
export const logs = `${runtime}/logs`;

/** The guest's disk and the disks that are kept; `down` removes them. */
export const disk = `/var/lib/jitsi-onebox-lab/${labName}`;

/** What is slow to make and outlives the lab: Debian bases, packages, images. All labs share it. */
export const cache = '/var/cache/jitsi-onebox-lab';

/** The name that cgroups and systemd-nspawn know the guest by. */
export const machine = `jitsi-onebox-lab-${labName}`;

/** A copy of this machine's certificate store with the lab's roots; commands of the lab see it in place of the real one. */
export const machineStore = `${runtime}/certificates`;

/**
 * The network namespaces of the lab; `host` is the guest's, and `outer` that of a second router where there is one. The cables meet in `switch`, which has no packet filter: where
 * br_netfilter is loaded, a bridge in the router's namespace would filter and rewrite packets between neighbours.
 */
export const namespaces = ['switch', 'internet', 'outside', 'router', 'outer', 'lan', 'host'] as const;
export type Namespace = (typeof namespaces)[number];

/** Returns the path at which the kernel shows a namespace of the lab. */
export function namespacePath(namespace: Namespace): string {
  return `/run/netns/onebox-${namespace}`;
}
