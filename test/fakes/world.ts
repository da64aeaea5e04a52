import type {Command, ContainerState, Host} from '../../src/model/host.ts';
import {digestLabel, readDigest} from '../../src/resources/compose.ts';
import type {Seed} from './memory-files.ts';
import {createMemoryHost, type MemoryHost, type Script} from './memory-host.ts';

/** The state of the programs on a simulated machine: plain data that a test can compare. */
export type World = {
  /** `text` is the unit file that a running unit was started from; a `made` unit has no package and exists as long as its file. */
  units: Record<
    string,
    {enabled: 'enabled' | 'disabled'; active: boolean; started: number; text?: string | undefined; made?: boolean}
  >;
  users: string[];
  /** Open ports by firewall, `ufw 443/tcp`. */
  ports: string[];
  /** Rules by family and number, `-4 12300`. */
  rules: Record<string, string[]>;
  tables: string[];
  packages: string[];
  images: string[];
  /** Digest labels by service; a stopped container has the prefix `stopped`. */
  containers: Record<string, string>;
  networks: string[];
  /** Whether compose makes a network for our containers. */
  hasNetworks: boolean;
};

const emptyWorld: World = {
  units: {},
  users: [],
  ports: [],
  rules: {},
  tables: [],
  packages: [],
  images: [],
  containers: {},
  networks: [],
  hasNetworks: false,
};

/** Makes a host whose programs act on a world, so that a test can undo a change and compare. */
export function createWorld(
  seed: Partial<World> = {},
  files: Readonly<Record<string, Seed>> = {},
): {readonly world: World; readonly host: MemoryHost} {
  const world: World = structuredClone({...emptyWorld, ...seed});
  const host = createMemoryHost({
    files: {
      '/etc/letsencrypt/accounts': '',
      '/var/lib/jitsi-onebox': {directory: true},
      '/usr/sbin': {directory: true},
      ...files,
    },
    commands: {
      ...servicesOf(world),
      ...kernelOf(world),
      ...dockerOf(world),
      ...packagesOf(world),
      ...certificates(),
    },
    registry: {'example.org/web:1': 'sha256:1'},
  });
  return {world, host: withWorld(host, world)};
}

/** Connects the host's images and containers to the world. */
function withWorld(host: MemoryHost, world: World): MemoryHost {
  const {pull, askRegistry} = host.docker;
  const docker: Host['docker'] = {
    imageDigests: async name => (world.images.includes(name) ? ['sha256:1'] : []),
    containers: async () => Object.entries(world.containers).map(([service, digest]) => container(service, digest)),
    askRegistry,
    async pull(name, following) {
      await pull(name, following);
      if (!name.includes('@')) world.images.push(name);
    },
  };
  return Object.defineProperty(host, 'docker', {value: docker});
}

function container(service: string, label: string): ContainerState {
  const [, stopped, digest = ''] = /^(stopped )?(.*)$/.exec(label) ?? [];
  const labels: Record<string, string> = digest === 'foreign' ? {} : {[digestLabel]: digest};
  const started = Date.parse('2026-11-22T08:00:00Z');
  return {
    id: service,
    service,
    labels,
    running: stopped === undefined,
    health: 'healthy',
    started,
    restarts: 0,
    healthOutput: '',
  };
}

const last = ({argv}: Command) => argv.at(-1) ?? '';
const remove = (list: string[], item: string) => {
  if (list.includes(item)) list.splice(list.indexOf(item), 1);
  return '';
};

function servicesOf(world: World): Record<string, Script> {
  return {
    systemctl: (command, host) => control(world, command, host),
    'nginx -t': '',
    'getent passwd': command => (world.users.includes(last(command)) ? `${last(command)}:x:551:551:` : {exitCode: 2}),
    'getent group': {exitCode: 2},
    'systemd-run': command =>
      command.argv.includes('userdel') ? remove(world.users, last(command)) : void world.users.push(last(command)),
    userdel: command => remove(world.users, last(command)),
    'ufw status': () => world.ports.map(port => `${port.split(' ')[1]} ALLOW Anywhere`).join('\n'),
    'ufw allow': ({argv}) => void world.ports.push(`ufw ${argv[2]}`),
    'ufw delete': command => remove(world.ports, `ufw ${last(command)}`),
    'firewall-cmd': ({argv}) => changeFirewalld(world, argv.at(-1) ?? '', argv.includes('--permanent')),
  };
}

async function control(world: World, {argv: [, verb = '', ...rest]}: Command, {files, clock}: Host & {clock: number}) {
  const name = rest.find(word => word.endsWith('.service')) ?? '';
  const file = name === '' ? undefined : await files.read(`/etc/systemd/system/${name}`);
  if (verb === 'show') return showUnit(name, world, file);
  if (!world.units[name] && file !== undefined)
    world.units[name] = {enabled: 'disabled', active: false, started: 0, made: true};
  const unit = world.units[name];
  if (unit && (verb === 'enable' || verb === 'disable')) unit.enabled = `${verb}d`;
  if (unit && verb === 'stop') unit.active = false;
  if (verb === 'start' || verb === 'restart') Object.assign(unit ?? {}, {active: true, started: clock, text: file});
  return '';
}

function showUnit(name: string, {units}: World, file: string | undefined): string {
  const unit = units[name];
  const isMade = !unit || unit.made;
  if (isMade && file === undefined) return 'LoadState=not-found\nActiveState=inactive\nUnitFileState=\nMainPID=0\n';
  if (!unit) return 'LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\nMainPID=0\n';
  const [day, time] = new Date(unit.started).toISOString().split(/[TZ]/);
  const since = unit.active ? `Sun ${day} ${time}000 UTC` : '';
  const state = unit.active ? 'active' : 'inactive';
  return `LoadState=loaded\nActiveState=${state}\nUnitFileState=${unit.enabled}\nMainPID=1\nActiveEnterTimestamp=${since}\n`;
}

function changeFirewalld({ports}: World, option: string, isPermanent: boolean) {
  const [, verb, port = ''] = /^--(query|add|remove)-port=(.*)$/.exec(option) ?? [];
  const name = `firewalld ${port}${isPermanent ? ' for good' : ''}`;
  if (verb === 'query') return ports.includes(name) ? 'yes' : {exitCode: 1};
  if (verb === 'add' && !ports.includes(name)) ports.push(name);
  return verb === 'remove' ? remove(ports, name) : '';
}

function kernelOf(world: World): Record<string, Script> {
  return {
    'sysctl -q -w'(command, {tree}) {
      const [key = '', value = ''] = last(command).split('=');
      const path = `/proc/sys/${key.replaceAll('.', '/')}`;
      const entry = tree.get(path);
      if (entry) tree.set(path, {...entry, content: `${value}\n`});
    },
    ip({argv}) {
      const family = argv.find(word => /^-[46]$/.test(word)) ?? '';
      const number = argv[argv.indexOf('pref') + 1] ?? '12300';
      const name = `${family} ${argv.includes('pref') ? number : '12300'}`;
      const rules = world.rules[name] ?? [];
      world.rules[name] = rules;
      if (argv.includes('route')) return 'local default dev lo scope host\n';
      if (argv.includes('show')) return rules.map(rule => `12300:\t${rule}\n`).join('');
      if (argv.includes('del')) rules.shift();
      if (argv.includes('add')) rules.push(argv.slice(argv.indexOf('pref') + 2).join(' '));
      return '';
    },
    'nft --terse list table': ({argv}) =>
      world.tables.includes(argv.slice(4).join(' ')) ? 'table {\n\tcomment "ours"\n}\n' : {exitCode: 1},
    'nft --file': () => void world.tables.push('inet jitsi-onebox'),
    'nft delete table': ({argv}) => remove(world.tables, argv.slice(3).join(' ')),
  };
}

function dockerOf(world: World): Record<string, Script> {
  return {
    'docker compose': async ({argv, cwd}, {files}) => {
      const service = argv.at(-1) ?? '';
      const text = (await files.read(`${cwd}/compose.yaml`)) ?? '';
      const digest = readDigest(text, service);
      if (argv.includes('up')) {
        world.containers[service] = digest ?? 'foreign';
        if (digest && world.hasNetworks) world.networks.push('jitsi_meet.jitsi');
      } else Object.assign(world, {containers: {}, networks: []});
      return '';
    },
    'docker rm': ({argv}) => {
      for (const id of argv.slice(3)) delete world.containers[id];
    },
    'docker stop': command => {
      const label = world.containers[last(command)];
      if (label && !label.startsWith('stopped ')) world.containers[last(command)] = `stopped ${label}`;
    },
    'docker ps': '',
    'docker tag': command => void world.images.push(last(command)),
    'docker image rm': command => remove(world.images, last(command)),
    'docker network inspect': command => {
      if (!world.networks.includes(last(command))) return {exitCode: 1};
      return command.argv.join(' ').includes('Subnet') ? '172.31.0.0/24\n' : '0\n';
    },
    'docker network rm': command => remove(world.networks, last(command)),
  };
}

function packagesOf(world: World): Record<string, Script> {
  const named = ({argv}: Command) => argv.slice(argv.findIndex(word => /^(install|remove|purge)$/.test(word)) + 1);
  return {
    stat: '',
    'dpkg-query': () => world.packages.map(name => `${name} installed\n`).join(''),
    'apt-get': command => {
      const isInstall = command.argv.includes('install');
      const isSimulated = command.argv.includes('--simulate');
      // Every installation includes one dependency.
      const names = isInstall ? [...new Set([...named(command), 'libdependency'])] : named(command);
      const touched = names.filter(name => world.packages.includes(name) !== isInstall);
      if (isSimulated) return touched.map(name => `${isInstall ? 'Inst' : 'Remv'} ${name} (1.0 Debian)\n`).join('');
      for (const name of touched) isInstall ? world.packages.push(name) : remove(world.packages, name);
      return '';
    },
  };
}

/** Scripts openssl (writes a stand-in), certbot (deletes lineages) and the deploy hook (copies the certificate). */
function certificates(): Record<string, Script> {
  return {
    'openssl req': async ({argv}, {files}) => {
      for (const option of ['-keyout', '-out'])
        await files.write(argv[argv.indexOf(option) + 1] ?? '', 'stand-in', {mode: 0o600, uid: 0, gid: 0});
    },
    'certbot delete': async (command, {files}) => {
      for (const part of ['live', 'archive']) await files.remove(`/etc/letsencrypt/${part}/${last(command)}`);
      await files.remove(`/etc/letsencrypt/renewal/${last(command)}.conf`);
    },
    '/hook': async ({env = {}}, {files}) => {
      for (const file of ['fullchain.pem', 'privkey.pem']) {
        const text = (await files.read(`${env.RENEWED_LINEAGE}/${file}`)) ?? '';
        await files.write(`/srv/jitsi/turn/certs/${file}`, text, {mode: 0o400, uid: 65_534, gid: 65_534});
      }
    },
  };
}
