import type {Command, Host} from '../model/host.ts';
import type {KeptThing, Sight} from './keeper.ts';

/** Something that a command is about to change, and how it can be looked at. */
export type AtStake = {readonly thing: KeptThing; readonly name: string; look(): Promise<Sight>};

const absent: Sight = {was: {type: 'absent'}};
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

/** Tells from a command line what it is about to change of what uninstall has to know: packages, units, users, kernel settings. */
export async function findAtStake(host: Host, {argv, env}: Command): Promise<readonly AtStake[]> {
  const [program, ...args] = argv;
  const words = args.filter(word => !word.startsWith('-'));
  const [first = '', ...rest] = words;
  if (program === 'apt-get' && words.includes('install'))
    return findNewPackages(host, {argv: [program, '--simulate', ...args], ...(env && {env})});
  if (program === 'systemctl' && verbs.has(first))
    return rest.map(unit => ({thing: 'unit', name: unit, look: () => lookAtUnit(host, unit)}));
  if (program === 'useradd' || program === 'adduser') return findNewUser(host, words.at(-1));
  if (program === 'sysctl')
    return words
      .filter(word => word.includes('='))
      .map(word => word.slice(0, word.indexOf('=')))
      .map(key => ({thing: 'sysctl', name: key, look: () => lookAtSysctl(host, key)}));
  return [];
}

/** With all that comes along as a dependency; what is only upgraded was there. */
async function findNewPackages(host: Host, simulation: Command): Promise<AtStake[]> {
  const {stdout} = await host.query(simulation);
  const names = [...stdout.matchAll(/^Inst (\S+) \(/gm)].flatMap(([, name]) => name ?? []);
  return names.map(name => ({thing: 'package', name, look: async () => absent}));
}

async function lookAtUnit(host: Host, unit: string): Promise<Sight> {
  const properties = 'LoadState,UnitFileState,ActiveState';
  const {stdout} = await host.query({argv: ['systemctl', 'show', unit, `--property=${properties}`]});
  const shown = new Map(stdout.split('\n').map(line => line.split('=') as [string, string]));
  if (shown.get('LoadState') === 'not-found') return absent;
  return {was: {type: 'unit', enabled: shown.get('UnitFileState') ?? '', active: shown.get('ActiveState') ?? ''}};
}

async function findNewUser(host: Host, name: string | undefined): Promise<AtStake[]> {
  if (name === undefined) return [];
  const {exitCode} = await host.query({argv: ['getent', 'passwd', name]});
  return exitCode === 0 ? [] : [{thing: 'user', name, look: async () => absent}];
}

async function lookAtSysctl(host: Host, key: string): Promise<Sight> {
  const {exitCode, stdout} = await host.query({argv: ['sysctl', '-n', key]});
  return exitCode === 0 ? {was: {type: 'value', value: stdout.trim()}} : absent;
}
