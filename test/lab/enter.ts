import {machineStore, type Namespace, namespacePath, settings} from './places.ts';

/** A network namespace where a command runs outside the guest, with this machine's file system. */
export type Room = Exclude<Namespace, 'host' | 'switch'>;

const bindAndRun =
  'mount --bind "$1" "$(readlink -f /etc/resolv.conf)" && mount --bind "$2" /etc/ssl/certs && shift 2 && exec "$@"';

const login = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'USER=root',
  'LOGNAME=root',
  'SHELL=/bin/bash',
  'LANG=C.UTF-8',
];

/** Returns the command line that runs a command in a room, where the lab's names resolve and its authority is trusted. */
export function enterRoom(room: Room, argv: readonly string[]): string[] {
  const place = ['nsenter', `--net=${namespacePath(room)}`, 'unshare', '--mount', '--propagation', 'private'];
  return [...place, 'sh', '-c', bindAndRun, 'sh', `${settings}/resolv.conf`, machineStore, ...argv];
}

/** Returns the command line that runs a command in the guest, as root's login would. */
export function enterGuest(leader: number, argv: readonly string[], terminal = 'dumb'): string[] {
  const root = `/proc/${leader}/root`;
  const spaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
  const place = ['nsenter', `--target=${leader}`, ...spaces, `--root=${root}`, `--wd=${root}/root`];
  return [...place, 'env', '-i', ...login, `TERM=${terminal}`, ...argv];
}
