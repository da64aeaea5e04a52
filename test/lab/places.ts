import {fileURLToPath} from 'node:url';

/** Where the checkout is that this lab was started from. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The lab's configuration files, as they are read by its servers. */
export const settings = fileURLToPath(new URL('settings', import.meta.url));

/** What lives only while the lab is up: state, keys, logs. */
export const runtime = '/run/jitsi-onebox-lab';

/** The servers' logs and the guest's console. */
export const logs = `${runtime}/logs`;

/** The guest's disk, thrown away by `fresh` and `down`. */
export const disk = '/var/lib/jitsi-onebox-lab';

/** What is slow to make and outlives the lab: Debian bases, packages, images. */
export const cache = '/var/cache/jitsi-onebox-lab';

/** This machine's certificate store with the lab's roots in it; commands of the lab see it in the real one's place. */
export const machineStore = `${runtime}/certificates`;
