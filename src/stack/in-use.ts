import type {Host} from '../model/host.ts';
import {type Accounts, findDataOwner, readAccounts} from './container-users.ts';
import {composeNames, isWrittenByUs} from './names.ts';
import {debianLayout} from './nginx-layout.ts';
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
  /** Whether nginx is here without Debian's sites-available. */
  readonly lacksAvailable?: boolean;
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
  const [foreignCompose, exposure, accounts, owner, lacksAvailable] = await Promise.all([
    findForeign(host, directory),
    findExposure(host, directory),
    readAccounts(host),
    findDataOwner(host, directory),
    findLack(host),
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
    ...(lacksAvailable && {lacksAvailable}),
    ...(accounts && {accounts}),
    ...(owner !== undefined && {owner}),
  };
}

async function findLack({files}: Host): Promise<boolean> {
  const [nginx, available] = await Promise.all(['/etc/nginx', debianLayout.available].map(path => files.stat(path)));
  return nginx !== undefined && available === undefined;
}

async function findForeign(host: Host, directory: string): Promise<string | undefined> {
  for (const path of composeNames.map(name => `${directory}/${name}`)) {
    const text = await host.files.read(path).catch(() => undefined);
    if (text !== undefined && !isWrittenByUs(text)) return path;
  }
  return undefined;
}

/** Reads the first entry of a name in a file of ours. Parsing all of it takes 60 ms, in the program and again in its worker. */
function readEntry(compose: string, name: string): string | undefined {
  return new RegExp(`^[ -]*${name}: *["']?([^"'#\\s]+)`, 'm').exec(compose)?.[1];
}
