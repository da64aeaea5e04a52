import type {Command, Host} from '../model/host.ts';
import {packageTraces} from '../model/package-traces.ts';
import type {SnapshotState, SnapshotThing} from '../model/snapshot.ts';
import type {Sight} from './look-at-path.ts';
import {lookAtPath, walk} from './look-at-path.ts';
import {findProjectOfContainers, lookAtProject, readComposeCommand} from './look-at-project.ts';

/** Something that a command is about to change, and how it can be looked at. */
export type AtStake = {readonly thing: SnapshotThing; readonly name: string; look(): Promise<Sight>};

const absent: Sight = {was: {type: 'absent'}};
const present: Sight = {was: {type: 'value', value: 'present'}};
const verbs = new Set([
  'enable',
  'disable',
  'start',
  'stop',
  'restart',
  'reload',
  'mask',
  'unmask',
  'reload-or-restart',
]);

type Finder = (host: Host, command: Command, words: readonly string[]) => readonly AtStake[] | Promise<AtStake[]>;

/** By program: what its command lines are about to change of what undo and uninstall have to know. */
const finders: Readonly<Record<string, Finder>> = {
  'apt-get': findPackages,
  systemctl: (host, _command, [verb = '', ...units]) =>
    verbs.has(verb) ? units.map(unit => ({thing: 'unit', name: unit, look: () => lookAtUnit(host, unit)})) : [],
  useradd: findNewUser,
  userdel: findNewUser,
  adduser: findNewUser,
  sysctl: (host, _command, words) =>
    words
      .filter(word => word.includes('='))
      .map(word => word.slice(0, word.indexOf('=')))
      .map(key => ({thing: 'sysctl', name: key, look: () => lookAtSysctl(host, key)})),
  docker: findProject,
  'docker-compose': findProject,
  certbot: findLineage,
  ip: findRule,
  ufw: (_host, _command, words) => findPort('ufw', words[0] === 'allow' ? words[1] : undefined),
  'firewall-cmd': (_host, {argv}) => findPort('firewalld', readOption(argv, '--add-port')),
};

/** Tells from a command line what it is about to change: packages, units, users, kernel settings, containers, rules. */
export async function findAtStake(host: Host, command: Command): Promise<readonly AtStake[]> {
  const [program, ...args] = command.argv;
  const words = args.filter(word => !word.startsWith('-'));
  const finder = Object.hasOwn(finders, program) ? finders[program] : undefined;
  return finder ? finder(host, command, words) : [];
}

/** What is installed comes with all its dependencies (what is only upgraded was there), and with what it leaves behind once. */
async function findPackages(host: Host, {argv: [program, ...args], env}: Command, words: readonly string[]) {
  if (!words.includes('install')) return [];
  const {stdout} = await host.query({argv: [program, '--simulate', ...args], ...(env && {env})});
  const names = [...stdout.matchAll(/^Inst (\S+) \(/gm)].flatMap(([, name]) => name ?? []);
  const traces = packageTraces.filter(each => names.includes(each.package));
  const parameters = traces.flatMap(each => each.parameters ?? []);
  return [
    ...parameters.map((name): AtStake => ({thing: 'sysctl', name, look: () => lookAtSysctl(host, name)})),
    ...names.map((name): AtStake => ({thing: 'package', name, look: async () => absent})),
    ...traces
      .flatMap(({paths}) => paths)
      .map((name): AtStake => ({thing: 'trace', name, look: () => lookAtTrace(name)})),
    ...traces
      .flatMap(({accounts}) => accounts)
      .map((name): AtStake => ({thing: 'account', name, look: () => lookAtAccount(host, name)})),
  ];
}

/** Only whether it is there: it may be as large as all of Docker. */
async function lookAtTrace(path: string): Promise<Sight> {
  return (await lookAtPath(path, {isShallow: true})).was.type === 'absent' ? absent : present;
}

async function lookAtAccount(host: Host, account: string): Promise<Sight> {
  const [database = '', name = ''] = account.replace('user:', 'passwd:').split(':');
  const {exitCode} = await host.query({argv: ['getent', database, name]});
  return exitCode === 0 ? present : absent;
}

async function lookAtUnit(host: Host, unit: string): Promise<Sight> {
  const properties = 'LoadState,UnitFileState,ActiveState';
  const {stdout} = await host.query({argv: ['systemctl', 'show', unit, `--property=${properties}`]});
  const shown = new Map(stdout.split('\n').map(line => line.split('=') as [string, string]));
  if (shown.get('LoadState') === 'not-found') return absent;
  return {was: {type: 'unit', enabled: shown.get('UnitFileState') ?? '', active: shown.get('ActiveState') ?? ''}};
}

function findNewUser(host: Host, _command: Command, words: readonly string[]): readonly AtStake[] {
  const name = words.at(-1);
  return name === undefined ? [] : [{thing: 'user', name, look: () => lookAtAccount(host, `user:${name}`)}];
}

async function lookAtSysctl(host: Host, key: string): Promise<Sight> {
  const {exitCode, stdout} = await host.query({argv: ['sysctl', '-n', key]});
  return exitCode === 0 ? sightOf(stdout.trim()) : absent;
}

async function findProject(host: Host, command: Command, words: readonly string[]): Promise<AtStake[]> {
  const project = readComposeCommand(command) ?? (await findProjectOfContainers(host, words));
  return project ? [{thing: 'project', name: project.name, look: () => lookAtProject(host, project)}] : [];
}

const certbotHome = '/etc/letsencrypt';

/** Of an order only whether there was one before; of a deletion everything that goes. */
async function findLineage(_host: Host, {argv}: Command, [verb]: readonly string[]): Promise<AtStake[]> {
  const name = argv[argv.indexOf('--cert-name') + 1] ?? '';
  const paths = ['live', 'archive'].map(folder => `${certbotHome}/${folder}/${name}`);
  const renewal = `${certbotHome}/renewal/${name}.conf`;
  if (verb === 'certonly') return [{thing: 'lineage', name, look: () => lookAtTrace(renewal)}];
  if (verb !== 'delete') return [];
  const all = [renewal];
  for (const path of paths) for await (const each of walk(path)) all.push(each);
  return all.map(path => ({thing: 'path', name: path, look: () => lookAtPath(path)}));
}

/** `ip -4 rule add pref 12300 …`: the rules of that number. */
function findRule(host: Host, {argv: [, family = '', object, , ...rest]}: Command): readonly AtStake[] {
  const preference = rest[rest.indexOf('pref') + 1] ?? '';
  if (object !== 'rule') return [];
  const argv = ['ip', '-details', family, 'rule', 'show', 'pref', preference] as const;
  const look = async () => sightOf((await host.query({argv})).stdout.trim());
  return [{thing: 'rule', name: `${family} ${preference}`, look}];
}

function findPort(firewall: string, port: string | undefined): readonly AtStake[] {
  return port === undefined ? [] : [{thing: 'port', name: `${firewall} ${port}`, look: async () => absent}];
}

function readOption(argv: readonly string[], option: string): string | undefined {
  return argv.find(word => word.startsWith(`${option}=`))?.slice(option.length + 1);
}

function sightOf(value: string): {readonly was: SnapshotState} {
  return {was: {type: 'value', value}};
}
