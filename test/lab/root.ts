import {createHash, randomUUID} from 'node:crypto';
import {existsSync} from 'node:fs';
import {cp, mkdir, rename, rm, stat, writeFile} from 'node:fs/promises';
import {basename} from 'node:path';
import {ask, run} from './command.ts';
import {disk, settings} from './places.ts';
import {launch} from './server.ts';
import {trustInGuest} from './trust.ts';

/** The guest's root directory while it is mounted. */
export const root = `${disk}/root`;

/** Docker cannot stack its layers on an overlay, so its data has a plain directory. */
export const docker = `${disk}/docker`;

const seed = `${disk}/seed`;
const changes = `${disk}/changes`;
const work = `${disk}/work`;

/** Adds to a base what every guest of this lab has: its name, its network, the lab's authority. */
export async function makeSeed(base: string): Promise<void> {
  await makeEmpty(seed, work, root);
  await mountOverlay({lower: base, upper: seed});
  try {
    await cp(`${settings}/guest`, root, {recursive: true});
    await run(['chroot', root, 'systemctl', '--quiet', 'enable', 'systemd-networkd']);
    // It finds no modules to load in a guest that shares the machine's kernel, and the guest would count as degraded.
    await run(['chroot', root, 'systemctl', '--quiet', 'mask', 'systemd-modules-load.service']);
    await writeFile(`${root}/etc/machine-id`, `${createHash('md5').update(base).digest('hex')}\n`);
    await trustInGuest(root);
  } finally {
    await unmountRoot();
  }
}

/** Gives the guest an untouched disk, and returns the directory to put more files into before it is mounted. */
export async function makeFreshDisk(): Promise<string> {
  await makeEmpty(changes, work, docker, root);
  return changes;
}

/** Mounts the guest's disk at its root. */
export async function mountRoot(base: string): Promise<void> {
  await mountOverlay({lower: `${seed}:${base}`, upper: changes});
}

/** Unmounts the guest's disk, if it is mounted, once the guest is off. */
export async function unmountRoot(): Promise<void> {
  if ((await ask(['mountpoint', root])) === undefined) return;
  const {dev, ino} = await stat(root);
  await run(['umount', root]).catch(() => run(['umount', '--lazy', root]));
  // systemd-nspawn leaves its lock on this directory behind when it is killed.
  await rm(`/run/systemd/nspawn/locks/inode-${dev}:${ino}`, {force: true});
}

async function mountOverlay({lower, upper}: {lower: string; upper: string}): Promise<void> {
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  await run(['mount', '-t', 'overlay', 'onebox-lab', '-o', options, root]);
}

async function makeEmpty(...directories: string[]): Promise<void> {
  const trash = `${disk}/trash/${randomUUID()}`;
  await mkdir(trash, {recursive: true});
  for (const directory of directories) {
    if (existsSync(directory)) await rename(directory, `${trash}/${basename(directory)}`);
    await mkdir(directory, {recursive: true, mode: 0o755});
  }
  // A guest's disk takes seconds to delete, and nobody has to wait for that.
  launch({name: 'trash', argv: ['rm', '-rf', '--one-file-system', trash]});
}
