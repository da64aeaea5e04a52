import {enterGuest, enterRoom, type Room} from './enter.ts';
import {findLab, isGuestUp, type Lab, listDead} from './state.ts';

const usage = `scripts/lab: the internet in a box, with a Debian guest behind a home router

  up [--suite trixie|bookworm]       the lab, with a fresh guest that has the program on its PATH; changes nothing when it is up
     [--images stand-in|public|DIR]  the images that it pulls: built here, published now (needs the internet), or OCI
                                     layouts: DIR/web, prosody, jicofo and jvb; without DIR/coturn, our stand-in
                                       skopeo copy docker://ghcr.io/jitsi/web:TAG oci:DIR/web:TAG
  export DIR                         the stand-in images written into DIR as such layouts
  fresh [--from NAME]                another guest, just installed, with the program as it is now; or with a disk that was kept
  installed                          another guest, with a whole installation; its disk is kept the first time
  keep NAME                          the guest's disk kept for fresh ones to begin with, and booted again
  kept                               the names of the disks that are kept
  reboot                             the guest powered off and booted again
  narrow                             one processor and 2 GB of memory for the guest, until it boots again
  address ADDRESS                    another public address for the router; 198.51.100.10 is the usual one
  kill                               the guest without power; reboot boots it
  fault NAME on|off                  a fault on or off
  faults                             the faults, and which of them are on
  nat [KIND]                         another kind of router; alone, the list of them
  igd-restart                        the router of kind igd without power for a moment: it forgets its forwards
  down                               everything removed but the cache
  status                             the state of the lab
  guest|outside|lan|router CMD…      a command in the guest (as root), on the internet, in the guest's network, in the router
  torture [--undo] --quick [--before]
                                     one installation, or its undo, killed in and after (or also before) every change in turn
  torture [--undo] [--from I] [--to J]   another guest for each moment to be killed at
  steady [--quick]                   proof after proof that the installation is whole; the first call after a restart too
  contract                           proof that the stand-in images refuse what the real ones refuse

Example: sudo scripts/lab up && sudo scripts/lab guest jitsi-onebox
`;

type Command = (args: string[]) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  up: async args => (await import('./manage.ts')).up(args),
  export: async args => (await import('./manage.ts')).exportImages(args),
  fresh: async args => (await import('./manage.ts')).fresh(await requireLab(), args),
  keep: async args => (await import('./manage.ts')).keep(await requireLab(), args),
  kept: async () => (await import('./manage.ts')).kept(await requireLab()),
  installed: async () => (await import('./manage.ts')).installed(await requireLab()),
  reboot: async () => (await import('./manage.ts')).reboot(await requireLab()),
  narrow: async () => (await import('./cgroups.ts')).narrow(await requireLab()),
  kill: async () => (await import('./guest.ts')).pullPlug(),
  address: async args => {
    await requireLab();
    await (await import('./network.ts')).renumberRouter(args[0] ?? '198.51.100.10');
  },
  fault: async args => (await import('./faults.ts')).setFault(await requireLab(), args),
  faults: async () => (await import('./faults.ts')).listFaults(await requireLab()),
  nat: async args => {
    const {listKinds, setKind} = await import('./nat.ts');
    const lab = await requireLab();
    await (args.length === 0 ? listKinds() : setKind(lab, args));
  },
  'igd-restart': async () => (await import('./nat.ts')).restartIgd(),
  down: async () => (await import('./manage.ts')).down(),
  status: async () => (await import('./manage.ts')).status(),
  guest,
  outside: args => enter('outside', args),
  lan: args => enter('lan', args),
  router: args => enter('router', args),
  torture: async args => (await import('./torture/session.ts')).tortureGuest(await requireLab(), args),
  steady: async args => (await import('./steady.ts')).proveSteady(await requireLab(), args),
  contract: async () => (await import('./manage.ts')).contract(await requireLab()),
};

async function guest(args: string[]): Promise<void> {
  const lab = await requireLab();
  if (!isGuestUp(lab)) throw new Error('The guest is off; scripts/lab reboot boots it.');
  become(enterGuest(lab.guest.leader.pid, requireCommand(args), process.env.TERM));
}

async function enter(room: Room, args: string[]): Promise<void> {
  await requireLab();
  become(enterRoom(room, requireCommand(args)));
}

// The command takes this process's place, so that terminal, signals and exit status are its own. Nothing imported on the
// way here may touch process.stdin or process.stdout, as execa does: Node makes pipes non-blocking, and they would stay so.
function become([file = '', ...args]: readonly string[]): void {
  process.execve?.(`/usr/bin/${file}`, [file, ...args], process.env);
}

function requireCommand(args: string[]): string[] {
  if (args.length === 0) throw new Error('Which command? For example: scripts/lab guest systemctl status.');
  return args;
}

async function requireLab(): Promise<Lab> {
  const lab = await findLab();
  if (lab === undefined) throw new Error('The lab is down; scripts/lab up brings it up.');
  const dead = listDead(lab);
  if (dead.length > 0) throw new Error(`The lab's ${dead.join(', ')} died; scripts/lab up builds the lab anew.`);
  return lab;
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (name === '-h' || name === '--help') {
  console.log(usage);
} else if (command === undefined) {
  console.error(usage);
  process.exitCode = 64;
} else {
  await command(args).catch((error: unknown) => {
    console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
}
