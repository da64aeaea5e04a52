import {posix} from 'node:path';
import type {FileState, Host} from '../model/host.ts';
import type {Settings} from '../model/settings/schema.ts';
import {isWithin} from '../model/within.ts';
import {fileKeys} from './branding/files.ts';
import {settingsPath} from './names.ts';
import {isServed, readSites} from './sites/site.ts';

const certbot = '/etc/letsencrypt';

/** The parts of a backup, by what each of them may be. */
export type BackupParts = {
  /** The directory of the stack. */
  readonly stack: string;
  readonly files: readonly string[];
  /** Directories with everything below them. */
  readonly trees: readonly string[];
  /** The directories of links to the current certificates, each with the directory that the links lead to. */
  readonly links: ReadonlyMap<string, string>;
  readonly renewals: readonly string[];
  /** The files that settings name, wherever they are. */
  readonly named: readonly string[];
};

/**
 * Lists what makes this installation itself, and no other host could make again: settings, passwords, accounts of people, branding,
 * texts of Etherpad, certificates, and the account at their authority. Everything else follows from these.
 */
export function listBackupParts(settings: Settings): BackupParts {
  const {domain, turn, stack} = settings;
  const sites = readSites(settings).filter(isServed);
  const lineages = [domain, ...(turn.enabled && turn.domain ? [turn.domain] : []), ...sites.map(site => site.domain)];
  const archiveOf = (name: string) => `${certbot}/archive/${name}`;
  const files = [settingsPath, `${stack.directory}/.env`];
  const trees = [
    ...['branding', 'storage/prosody/data', 'etherpad'].map(name => `${stack.directory}/${name}`),
    `${certbot}/accounts`,
    ...lineages.map(archiveOf),
  ];
  const isElsewhere = (path: string) => !files.includes(path) && !trees.some(tree => isWithin(path, tree));
  return {
    stack: stack.directory,
    files,
    trees,
    links: new Map(lineages.map(name => [`${certbot}/live/${name}`, archiveOf(name)])),
    renewals: lineages.map(name => `${certbot}/renewal/${name}.conf`),
    named: [...new Set(listNamedFiles(settings))].filter(isElsewhere),
  };
}

/** Lists the paths of a backup. */
export function listBackupPaths(settings: Settings): readonly string[] {
  const {files, trees, links, renewals, named} = listBackupParts(settings);
  return [...files, ...trees, ...links.keys(), ...renewals, ...named];
}

/** Lists the paths of a backup that are on this host. A directory that a setting names by mistake is none of them. */
export async function findBackupPaths({files}: Host, settings: Settings): Promise<readonly string[]> {
  const {named} = listBackupParts(settings);
  const isThere = (path: string, state: FileState | undefined) =>
    state !== undefined && !(state.type === 'directory' && named.includes(path));
  const all = await Promise.all(listBackupPaths(settings).map(async path => ({path, state: await files.stat(path)})));
  return all.filter(({path, state}) => isThere(path, state)).map(({path}) => path);
}

function listNamedFiles({branding, access, notify, 'dynamic-dns': dns}: Settings): readonly string[] {
  return [
    ...fileKeys.map(key => branding[key]),
    access.secret,
    notify['smtp.password'],
    notify['hook.header'],
    dns.secret,
  ].flatMap(path => (path?.startsWith('/') ? [posix.normalize(path)] : []));
}
