import {resolve} from 'node:path/posix';
import {readAssignment} from '../model/dot-env.ts';
import type {Host} from '../model/host.ts';
import {listLeases, type RouterPort} from '../model/router.ts';
import type {Settings} from '../model/settings/schema.ts';
import {type Accounts, findDataOwner, readAccounts} from './container-users.ts';
import {readVariable} from './former-project.ts';
import {composeNames, isWrittenByUs, overrideNames, routerTimer, unitPath} from './names.ts';
import {debianLayout} from './nginx-layout.ts';
import {findExposure} from './stack-directory.ts';

/** The values an installation on this host uses now. They are kept if detection finds nothing. */
export type InUse = {
  readonly subnet?: string;
  readonly publicAddress?: string;
  readonly localAddress?: string;
  readonly timezone?: string;
  /** Who may open rooms. */
  readonly rooms?: Settings['rooms'];
  /** The path of a foreign compose file in our directory. */
  readonly foreignCompose?: string;
  /** The path of a file in our directory that compose would mix into ours. */
  readonly override?: string;
  /** A variable in .env that sends compose to other files or to another Engine. */
  readonly diversion?: string;
  /** The reason why somebody else than root could replace our directory. */
  readonly exposure?: string;
  /** Whether nginx is here without Debian's sites-available. */
  readonly lacksAvailable?: boolean;
  /** The users and groups of this host. */
  readonly accounts?: Accounts;
  /** The forwards that the router was asked for. */
  readonly forwards?: readonly RouterPort[];
  /** Whether the timer that renews them is there. */
  readonly hasRouterTimer?: boolean;
  /** The number that owns the data of Jitsi's containers. */
  readonly owner?: number;
  /** The number that owns the texts of Etherpad. */
  readonly extrasOwner?: number;
};

/** Reads the decisions of an earlier run from its compose file. Without a file of ours, nothing is in use. */
export async function readInUse(host: Host, directory: string): Promise<InUse> {
  const [compose, environment] = await Promise.all([
    host.files.read(`${directory}/compose.yaml`),
    host.files.read(`${directory}/.env_global`),
  ]).catch(() => [undefined, undefined]);
  const [foreignCompose, override, diversion, exposure, accounts, owner, extrasOwner, lacksAvailable, own, timer] =
    await Promise.all([
      findForeign(host, directory),
      findOverride(host, directory),
      findDiversion(host, directory),
      findExposure(host, directory),
      readAccounts(host),
      findDataOwner(host, directory),
      findDataOwner(host, directory, ['etherpad']),
      findLack(host),
      host.files.list('/var/lib/jitsi-onebox').catch(() => undefined),
      host.files.stat(unitPath(routerTimer)),
    ]);
  const forwards = listLeases(own ?? []);
  const timezone = /^TZ=(.+)$/m.exec(environment ?? '')?.[1];
  return {
    ...(compose !== undefined && isWrittenByUs(compose) && readOwn(compose)),
    ...(timezone && {timezone}),
    ...(foreignCompose && {foreignCompose}),
    ...(override && {override}),
    ...(diversion && {diversion}),
    ...(exposure && {exposure}),
    ...(lacksAvailable && {lacksAvailable}),
    ...(forwards.length > 0 && {forwards}),
    ...(timer && {hasRouterTimer: true}),
    ...(accounts && {accounts}),
    ...(owner !== undefined && {owner}),
    ...(extrasOwner !== undefined && {extrasOwner}),
  };
}

/** Reads what our own compose file says. */
function readOwn(compose: string): Partial<InUse> {
  const subnet = readEntry(compose, 'subnet');
  return {
    ...(subnet && {subnet}),
    ...readAdvertised(compose),
    ...(readEntry(compose, 'PUBLIC_URL') && {rooms: readRooms(compose)}),
  };
}

/** Reads the addresses that the bridge advertises. If both are the same, it is given one. */
export function readAdvertised(compose: string): Pick<InUse, 'localAddress' | 'publicAddress'> {
  const [localAddress, publicAddress = localAddress] = (readEntry(compose, 'JVB_ADVERTISE_IPS') ?? '').split(',');
  return {...(localAddress && {localAddress}), ...(publicAddress && {publicAddress})};
}

/** Returns whether a directory has a compose file of ours. */
export async function isInstalled(host: Host, directory: string): Promise<boolean> {
  return isWrittenByUs((await host.files.read(`${directory}/${composeNames[0]}`)) ?? '');
}

function readRooms(compose: string): Settings['rooms'] {
  if (readEntry(compose, 'ENABLE_AUTH') !== '1') return 'anyone';
  return readEntry(compose, 'ENABLE_GUESTS') === '1' ? 'registered' : 'members';
}

async function findLack({files}: Host): Promise<boolean> {
  const [nginx, available] = await Promise.all(['/etc/nginx', debianLayout.available].map(path => files.stat(path)));
  return nginx !== undefined && available === undefined;
}

async function findForeign(host: Host, directory: string): Promise<string | undefined> {
  const env = await host.files.read(`${directory}/.env`).catch(() => undefined);
  // This variable points compose to other files than those with a usual name.
  const [chosen = ''] = readVariable(env ?? '', 'COMPOSE_FILE')?.split(':') ?? [];
  const names = [...composeNames, ...(chosen === '' ? [] : [chosen])];
  for (const path of names.map(name => resolve(directory, name))) {
    const text = await host.files.read(path).catch(() => undefined);
    if (text !== undefined && !isWrittenByUs(text)) return path;
  }
  return undefined;
}

async function findOverride({files}: Host, directory: string): Promise<string | undefined> {
  const paths = overrideNames.map(name => `${directory}/${name}`);
  const found = await Promise.all(paths.map(path => files.stat(path).catch(() => undefined)));
  return paths.find((_, index) => found[index] !== undefined);
}

const diversions = ['COMPOSE_FILE', 'DOCKER_HOST', 'DOCKER_CONTEXT'];

async function findDiversion({files}: Host, directory: string): Promise<string | undefined> {
  const text = (await files.read(`${directory}/.env`).catch(() => undefined)) ?? '';
  const names = text.split('\n').map(line => readAssignment(line)?.name);
  return diversions.find(name => names.includes(name));
}

/** Reads the first entry of a name in a file of ours. Parsing all of it takes 60 ms, in the program and again in its worker. */
function readEntry(compose: string, name: string): string | undefined {
  return new RegExp(`^[ -]*${name}: *["']?([^"'#\\s]+)`, 'm').exec(compose)?.[1];
}
