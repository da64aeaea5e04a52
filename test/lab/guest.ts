import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {execa} from 'execa';
import {branches, listBranchProcesses, makeBranches} from './cgroups.ts';
import {ask, run, waitUntil} from './command.ts';
import {enterGuest} from './enter.ts';
import {listInhabitants, plugGuest} from './network.ts';
import {logs, machine, namespacePath} from './places.ts';
import {hasOwnNumbers, identify, isAlive, listChildren, type Process} from './processes.ts';
import {docker, root} from './root.ts';
import {launch} from './server.ts';

/** A running guest: the process of systemd-nspawn, and the guest's first process. */
export type Guest = {readonly holder: Process; readonly leader: Process};

// systemd takes this as a request to power off.
const SIGRTMIN_PLUS_4 = 38;

/** Boots the guest's disk in a new network namespace and returns when its systemd has finished. */
export async function boot(): Promise<Guest> {
  await plugGuest();
  await makeBranches();
  const holder = launch({
    name: 'guest-console',
    argv: holderCommand(),
    // It may only set its own network's values in /proc/sys: the rest is this machine's.
    environment: {SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1'},
  });
  const leader = await findLeader(holder);
  await waitForBoot(leader);
  return {holder, leader};
}

/** Returns a function that runs commands in the guest; it does not throw when they fail. */
export function callGuest({leader}: Guest) {
  return async (argv: readonly string[], {input = ''}: {input?: string} = {}) => {
    const [file = '', ...args] = enterGuest(leader.pid, argv);
    const {exitCode = 1, stdout, stderr} = await execa(file, args, {input, reject: false, timeout: 300_000});
    return {exitCode, stdout, stderr};
  };
}

/** Powers the guest off with its systemd, or pulls the plug when that takes too long. */
export async function powerOff({holder, leader}: Guest, seconds = 100): Promise<void> {
  if (isAlive(leader)) process.kill(leader.pid, SIGRTMIN_PLUS_4);
  await waitUntil(() => !isAlive(holder), {seconds, otherwise: () => 'late'}).catch(pullPlug);
}

/** Kills the guest with all its processes, also one that never came up. */
export async function pullPlug(): Promise<void> {
  await endProcesses(async () => new Set([...(await listInhabitants('host')), ...(await listBranchProcesses())]));
}

/** Kills processes until none of that kind is left, those included that start meanwhile. */
export async function endProcesses(list: () => Promise<ReadonlySet<number>>): Promise<void> {
  const otherwise = async () => `These processes of the lab do not end: ${[...(await list())].join(', ')}.`;
  await waitUntil(async () => kill(await list()), {seconds: 30, otherwise});
}

function kill(victims: ReadonlySet<number>): boolean {
  for (const pid of victims) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return victims.size === 0;
}

function holderCommand(): string[] {
  const nspawn = [
    ...['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', `--machine=${machine}`, '--hostname=onebox'],
    ...[
      `--directory=${root}`,
      '--boot',
      `--network-namespace-path=${namespacePath('host')}`,
      `--bind=${docker}:/var/lib/docker`,
    ],
    ...['--capability=all', '--system-call-filter=@keyring @memlock bpf add_key keyctl'],
    ...['--resolv-conf=off', '--timezone=off', '--link-journal=no', '--console=pipe'],
  ];
  if (existsSync('/run/systemd/system')) {
    return [
      'systemd-run',
      '--quiet',
      '--collect',
      '--scope',
      '--property=Delegate=yes',
      `--unit=${machine}`,
      ...nspawn,
    ];
  }
  const join = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" && shift; done; shift; exec "$@"';
  return ['sh', '-c', join, 'sh', ...branches, '--', ...nspawn];
}

async function findLeader(holder: Process): Promise<Process> {
  let leader: Process | undefined;
  const isFound = () => {
    // systemd-nspawn first has a helper that soon ends; only the guest's first process has process numbers of its own.
    leader = listChildren(holder.pid)
      .filter(hasOwnNumbers)
      .map(identify)
      .find(child => child !== undefined);
    return leader !== undefined || !isAlive(holder);
  };
  await waitUntil(isFound, {seconds: 20, otherwise: describeFailure});
  if (leader === undefined) throw new Error(await describeFailure());
  return leader;
}

async function waitForBoot(leader: Process): Promise<void> {
  const isBooted = async () => {
    if (!isAlive(leader)) throw new Error(await describeFailure());
    return /^(running|degraded)/.test((await askState(leader)) ?? '');
  };
  await waitUntil(isBooted, {seconds: 120, every: 100, otherwise: describeFailure});
  await run(enterGuest(leader.pid, ['systemctl', 'start', 'network-online.target']), {seconds: 60});
}

// systemctl exits 1 while the guest is starting or degraded, and still says so.
async function askState(leader: Process): Promise<string | undefined> {
  return ask(enterGuest(leader.pid, ['sh', '-c', 'systemctl is-system-running || true']));
}

async function describeFailure(): Promise<string> {
  const console = await readFile(`${logs}/guest-console.log`, 'utf8').catch(() => '');
  return `The guest did not boot. Its console's last words:\n${console.trim().split('\n').slice(-10).join('\n') || '(none)'}`;
}
