import {resolve} from 'node:path/posix';
import type {Host} from '../model/host.ts';
import {type Accounts, findDataOwner, readAccounts} from './container-users.ts';
import {readVariable} from './former-project.ts';
import {composeNames, isWrittenByUs} from './names.ts';
import {findExposure} from './stack-directory.ts';

/** The values an installation on this host uses now. They are kept if detection finds nothing. */
export type InUse = {
  readonly subnet?: string;
  readonly publicAddress?: string;
  readonly localAddress?: string;
  readonly timezone?: string;
  /** The path of a foreign compose file in our directory. */
  readonly foreignCompose?: string;
  /** The reason why somebody else than root could replace our directory. */
  readonly exposure?: string;
  /** The users and groups of this host. */
  readonly accounts?: Accounts;
  /** The number that owns the data of Jitsi's containers. */
  readonly owner?: number;
};

/** Reads the decisions of an earlier run from its compose file. Without a file of ours, nothing is in use. */
export async function readInUse(host: Host, directory: string): Promise<InUse> {
  const [compose, environment] = await Promise.all([
    host.files.read(`${directory}/compose.yaml`),
    host.files.read(`${directory}/.env_global`),
  ]).catch(() => [undefined, undefined]);
  const [foreignCompose, exposure, accounts, owner] = await Promise.all([
    findForeign(host, directory),
    findExposure(host, directory),
    readAccounts(host),
    findDataOwner(host, directory),
  ]);
  const ours = compose !== undefined && isWrittenByUs(compose) ? compose : '';
  // If both addresses are the same, the bridge is given one.
  const [localAddress, publicAddress = localAddress] = (readEntry(ours, 'JVB_ADVERTISE_IPS') ?? '').split(',');
  const subnet = readEntry(ours, 'subnet');
  const timezone = /^TZ=(.+)$/m.exec(environment ?? '')?.[1];
  return {
    ...(subnet && {subnet}),
    ...(localAddress && {localAddress}),
    ...(publicAddress && {publicAddress}),
    ...(timezone && {timezone}),
    ...(foreignCompose && {foreignCompose}),
    ...(exposure && {exposure}),
    ...(accounts && {accounts}),
    ...(owner !== undefined && {owner}),
  };
}

async function findForeign(host: Host, directory: string): Promise<string | undefined> {
  const env = await host.files.read(`${directory}/.env`).catch(() => undefined);
  // This variable leads compose to other files than those with a usual name.
  const [chosen = ''] = readVariable(env ?? '', 'COMPOSE_FILE')?.split(':') ?? [];
  const names = [...composeNames, ...(chosen === '' ? [] : [chosen])];
  for (const path of names.map(name => resolve(directory, name))) {
    const text = await host.files.read(path).catch(() => undefined);
    if (text !== undefined && !isWrittenByUs(text)) return path;
  }
  return undefined;
}

/** Reads the first entry of a name in a file of ours. Parsing all of it takes 60 ms, in the program and again in its worker. */
function readEntry(compose: string, name: string): string | undefined {
  return new RegExp(`^[ -]*${name}: *["']?([^"'#\\s]+)`, 'm').exec(compose)?.[1];
}
