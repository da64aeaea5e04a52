import {createHash, randomUUID} from 'node:crypto';
import {existsSync} from 'node:fs';
import {cp, mkdir, readdir, rename, rm, stat, writeFile} from 'node:fs/promises';
import {basename} from 'node:path';
import {trustInGuest} from './authority.ts';
import {ask, run} from './command.ts';
import {disk, settings} from './places.ts';
import {launch} from './server.ts';

/** The guest's root directory while it is mounted. */
export const root = `${disk}/root`;

/** Docker's data: a plain directory, since Docker cannot stack its layers on an overlay. */
export const docker = `${disk}/docker`;

/** What the guest changed on its disk, on top of its layers. */
export const changes = `${disk}/changes`;

/** What every guest of this lab has on top of its Debian. */
export const seed = `${disk}/seed`;

const work = `${disk}/work`;

/** Copies Docker's data; Docker never writes into the layers of images, so they are hard links and cost no time. */
const copyDocker = `
  find "$1" -mindepth 1 -maxdepth 1 -not -name overlay2 -exec cp -a -t "$2" {} +
  [ ! -d "$1/overlay2" ] || cp -al -t "$2" "$1/overlay2"
  for file in "$1"/image/overlay2/layerdb/mounts/*/mount-id; do
    [ -e "$file" ] || continue
    id=$(cat "$file")
    for layer in "$id" "$id-init"; do
      rm -rf "$2/overlay2/$layer" && cp -a -t "$2/overlay2" "$1/overlay2/$layer"
    done
  done`;

/** Adds to a base what every guest of this lab has: its name, its network, the lab's authority. */
export async function makeSeed(base: string): Promise<void> {
  await makeEmpty(seed, work, root);
  await mountOverlay({lower: [base], upper: seed});
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

/** Gives the guest a disk of these layers, the topmost first, with Docker's data as it was kept or empty. */
export async function mountDisk(layers: readonly string[], keptDocker?: string): Promise<void> {
  await makeEmpty(changes, work, docker, root);
  if (keptDocker !== undefined) await run(['sh', '-euc', copyDocker, 'sh', keptDocker, docker], {seconds: 120});
  await mountOverlay({lower: layers, upper: changes});
}

/** Unmounts the guest's disk, if it is mounted, once the guest is off. */
export async function unmountRoot(): Promise<void> {
  if ((await ask(['mountpoint', root])) === undefined) return;
  const {dev, ino} = await stat(root);
  await run(['umount', root]).catch(() => run(['umount', '--lazy', root]));
  // systemd-nspawn leaves its lock on this directory behind when it is killed.
  await rm(`/run/systemd/nspawn/locks/inode-${dev}:${ino}`, {force: true});
}

/** Throws directories away; nobody has to wait while they are deleted. */
export async function discard(...directories: readonly string[]): Promise<void> {
  const trash = `${disk}/trash/${randomUUID()}`;
  await mkdir(trash, {recursive: true});
  for (const directory of directories)
    if (existsSync(directory)) await rename(directory, `${trash}/${basename(directory)}`);
  if ((await readdir(trash)).length > 0) launch({name: 'trash', argv: ['rm', '-rf', '--one-file-system', trash]});
}

async function mountOverlay({lower, upper}: {lower: readonly string[]; upper: string}): Promise<void> {
  // Directories of lower layers can be renamed, as on a plain disk.
  const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work},redirect_dir=on`;
  await run(['mount', '-t', 'overlay', 'onebox-lab', '-o', options, root]);
}

async function makeEmpty(...directories: readonly string[]): Promise<void> {
  await discard(...directories);
  await Promise.all(directories.map(directory => mkdir(directory, {recursive: true, mode: 0o755})));
}
