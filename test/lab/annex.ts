import {once} from 'node:events';
import {execa} from 'execa';
import {cache} from './places.ts';

/** Where a second lab reaches the apt cache of the first: a socket that both see, whatever their networks. */
export const aptSocket = `${cache}/apt.sock`;

/** A place where a second lab can run beside the first: its networks and its /run are its own. */
export type Annex = {
  /** The environment and the command line that run a command there. */
  readonly env: Readonly<Record<string, string>>;
  readonly enter: (argv: readonly string[]) => string[];
  close(): void;
};

/** All of /run is as outside, but for what labs keep there. */
const build = `
  outside=$(mktemp -d)
  mount --bind /run "$outside"
  mount -t tmpfs -o mode=755 annex /run
  for path in "$outside"/*; do
    name=\${path##*/}
    case $name in netns | jitsi-onebox-lab*) continue ;; esac
    if [ -d "$path" ] && [ ! -L "$path" ]; then
      mkdir -p "/run/$name" && mount --rbind "$path" "/run/$name"
    else
      cp -a "$path" "/run/$name"
    fi
  done
  umount "$outside" && rmdir "$outside"
  ip link set lo up
  echo ready
  exec sleep infinity`;

/** Opens an annex, which is there until it is closed or this process ends; the first lab has to be up. */
export async function openAnnex(): Promise<Annex> {
  const door = ['socat', `UNIX-LISTEN:${aptSocket},unlink-early,fork`, 'TCP:198.18.0.1:3142'];
  const unshared = ['unshare', '--net', '--mount', '--propagation', 'private', 'sh', '-euc', build];
  const [cacheDoor, holder] = [door, unshared].map(([file = '', ...args]) =>
    execa(file, args, {stdin: 'ignore', stdout: 'pipe', stderr: 'inherit', reject: false, killDescendants: true}),
  );
  if (holder?.pid === undefined) throw new Error('unshare could not be started.');
  await Promise.race([
    once(holder.stdout, 'data'),
    holder.then(() => Promise.reject(new Error('The annex did not come up.'))),
  ]);
  const {pid} = holder;
  return {
    env: {ONEBOX_LAB: 'second'},
    enter: argv => ['nsenter', `--target=${pid}`, '--net', '--mount', `--wd=${process.cwd()}`, ...argv],
    close() {
      for (const each of [cacheDoor, holder]) each?.kill('SIGKILL');
    },
  };
}
