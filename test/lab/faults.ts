import {ask, run} from './command.ts';
import {callGuest} from './guest.ts';
import {isListening, within} from './network.ts';
import {networkFaults} from './network-faults.ts';
import {checkout, settings} from './places.ts';
import {type Server, start} from './server.ts';
import {isGuestUp, type Lab} from './state.ts';

/** A fault that can be turned on and off. */
export type Fault = {
  readonly name: string;
  readonly title: string;
  on(lab: Lab): Promise<void>;
  off(lab: Lab): Promise<void>;
  isOn(lab: Lab): Promise<boolean>;
};

const authority = 'ip daddr 198.51.100.3 tcp dport 443';
const mirrors = 'ip daddr 198.18.0.1 tcp dport 3142';
const archives = '/var/cache/apt/archives';

/** Holds locks with fcntl, as apt and certbot do, under another program's name. */
const holdLocks = (name: string, ...paths: readonly string[]) => `use Fcntl;
$0 = "${name}";
my @held = map { open(my $file, ">>", $_) or die; $file } ${paths.map(path => `"${path}"`).join(', ')};
fcntl($_, F_SETLK, my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0)) or die for @held;
sleep;`;

const faults: readonly Fault[] = [
  refused('registry-gone', 'the registry does not answer', 'ip daddr 198.51.100.2 tcp dport 443 reject with tcp reset'),
  refused('authority-unreachable', 'the authority is unreachable', `${authority} reject with icmp host-unreachable`),
  replaced('authority-500', 'the authority fails at every order', {match: authority, port: 8500}),
  replaced('authority-429', 'the authority refuses more orders', {match: authority, port: 8429}),
  replaced('authority-broken', 'the authority fails at everything', {match: authority, port: 8501}),
  replaced('authority-busy', 'the authority takes no more requests', {match: authority, port: 8430}),
  replaced('clock-behind', 'the clock of the guest is two hours behind', {
    match: 'ip daddr 198.51.100.7 tcp dport 443',
    port: 8407,
    behind: wrongClock(),
  }),
  refused('dns-gone', 'no name resolves', 'ip daddr 198.51.100.53 meta l4proto { tcp, udp } th dport 53 reject'),
  refused('doh-blocked', 'DNS over HTTPS is blocked', 'ip daddr 198.51.100.9 tcp dport 443 reject with tcp reset'),
  replaced('apt-404', 'the mirrors have an index, but no packages', {match: mirrors, port: 8404}),
  // As on a first boot.
  held('apt-lock-held', 'another program holds the locks of apt', {
    by: 'unattended-upgr',
    paths: ['/var/lib/apt/lists/lock', '/var/lib/dpkg/lock-frontend'],
  }),
  held('certbot-lock-held', 'certbot is already running', {
    by: 'certbot',
    paths: ['/etc/letsencrypt/.certbot.lock'],
  }),
  inInternet('registry-slow', 'the registry is slow', {
    rules:
      'type filter hook output priority filter\nip saddr 198.51.100.2 tcp sport 443 limit rate over 2 mbytes/second drop',
  }),
  inGuest('disk-full', 'there is no space for packages', {
    on: ['mount', '-t', 'tmpfs', '-o', 'size=2m', 'fault-disk-full', archives],
    off: ['umount', archives],
    isOn: ['mountpoint', '--quiet', archives],
  }),
  ...networkFaults,
];

/** Prints the faults and which of them are on. */
export async function listFaults(lab: Lab): Promise<void> {
  for (const fault of faults)
    console.log(`${fault.name.padEnd(22)} ${(await fault.isOn(lab)) ? 'ON ' : 'off'}  ${fault.title}`);
}

/** Turns a fault on or off. */
export async function setFault(lab: Lab, [name, state]: readonly string[]): Promise<void> {
  const fault = faults.find(each => each.name === name);
  if (!fault || (state !== 'on' && state !== 'off'))
    throw new Error(`scripts/lab fault NAME on|off; NAME is one of ${faults.map(each => each.name).join(', ')}.`);
  if ((await fault.isOn(lab)) !== (state === 'on')) await fault[state](lab);
}

/** Turns all faults off. */
export async function liftFaults(lab: Lab): Promise<void> {
  for (const fault of faults) if (await fault.isOn(lab)) await fault.off(lab);
}

/** A fault that rejects packets. */
function refused(name: string, title: string, rule: string): Fault {
  const rules = `type filter hook input priority filter - 10\niifname "wire" ${rule}`;
  return inInternet(name, title, {rules});
}

type Replacement = {readonly match: string; readonly port: number; readonly behind?: Server};

/** A fault that sends packets to a bad server in place of a good one. */
function replaced(name: string, title: string, {match, port, behind}: Replacement): Fault {
  const server: Server = {
    name: 'faults',
    namespace: 'internet',
    argv: ['nginx', '-e', 'stderr', '-c', `${settings}/faults.conf`],
    listens: {protocol: 'tcp', address: '198.51.100.3', port},
  };
  const rules = `type nat hook prerouting priority dstnat\niifname "wire" ${match} dnat to 198.51.100.3:${port}`;
  return inInternet(name, title, {
    rules,
    async prepare() {
      for (const each of behind ? [behind, server] : [server])
        if (!(await isListening(each.namespace, each.listens))) await start(each);
    },
  });
}

/** The guest shares the clock of this machine, so it is the others' that differs. */
function wrongClock(): Server {
  return {
    name: 'wrong-clock',
    namespace: 'internet',
    argv: [process.execPath, '--disable-warning=ExperimentalWarning', `${checkout}/test/lab/wrong-clock.ts`],
    listens: {protocol: 'tcp', address: '127.0.0.1', port: 8054},
  };
}

type Rules = {readonly rules: string; readonly prepare?: () => Promise<void>};

/** A fault that is a table of rules on the lab's internet, with a name of its own. */
function inInternet(name: string, title: string, {rules, prepare}: Rules): Fault {
  const nft = (...argv: readonly string[]) => within('internet', ['nft', ...argv]);
  const table = `ip fault-${name}`;
  return {
    name,
    title,
    async on() {
      await prepare?.();
      await run(nft('-f', '-'), {input: `table ${table} {\nchain fault {\n${rules}\n}\n}\n`});
    },
    off: async () => void (await run(nft('delete', 'table', ...table.split(' ')))),
    isOn: async () => (await ask(nft('list', 'table', ...table.split(' ')))) !== undefined,
  };
}

type Held = {readonly by: string; readonly paths: readonly string[]};

/** A fault that holds locks in the guest. */
function held(name: string, title: string, {by, paths}: Held): Fault {
  const unit = `fault-${name}`;
  return inGuest(name, title, {
    on: ['systemd-run', '--quiet', '--collect', `--unit=${unit}`, 'perl', '-e', holdLocks(by, ...paths)],
    off: ['systemctl', 'stop', unit],
    isOn: ['systemctl', '--quiet', 'is-active', unit],
  });
}

type Commands = Readonly<Record<'on' | 'off' | 'isOn', readonly string[]>>;

/** A fault in the guest itself, which ends with the guest. */
function inGuest(name: string, title: string, {on, off, isOn}: Commands): Fault {
  const must = async (lab: Lab, argv: readonly string[]) => {
    const {exitCode, stderr} = await callGuest(lab.guest)(argv);
    if (exitCode !== 0) throw new Error(`${argv[0]}: ${stderr}`);
  };
  return {
    name,
    title,
    on: lab => must(lab, on),
    off: lab => must(lab, off),
    isOn: async lab => isGuestUp(lab) && (await callGuest(lab.guest)(isOn)).exitCode === 0,
  };
}
