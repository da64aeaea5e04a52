import type {Host} from '../model/host.ts';
import type {Outlook, Resource} from '../model/resource.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';
import {absentPackagesId} from './apt.ts';
import {snapshotParameters} from './sysctl.ts';

/** The traces that a package leaves on the host when it is purged, in Debian 12 and 13. */
type Traces = {
  readonly package: string;
  /** The program whose absence shows that this package, and any other with the same program, is gone. */
  readonly program: string;
  readonly paths: readonly string[];
  /** `user:NAME` or `group:NAME`; a system user is removed with its group. */
  readonly accounts: readonly string[];
  /** Kernel parameters that it sets. */
  readonly parameters: readonly string[];
};

const packageTraces: readonly Traces[] = [
  {
    package: 'docker.io',
    program: '/usr/bin/dockerd',
    paths: ['/etc/docker', '/var/lib/docker'],
    accounts: ['group:docker'],
    parameters: ['net.ipv4.ip_forward'],
  },
  {
    package: 'containerd',
    program: '/usr/bin/containerd',
    paths: ['/etc/cni', '/etc/containerd', '/opt/containerd', '/var/lib/containerd'],
    accounts: [],
    parameters: [],
  },
  {
    package: 'haproxy',
    program: '/usr/sbin/haproxy',
    paths: ['/var/lib/haproxy'],
    accounts: ['user:haproxy'],
    parameters: [],
  },
  {
    package: 'certbot',
    program: '/usr/bin/certbot',
    paths: ['/etc/letsencrypt', '/var/lib/letsencrypt'],
    accounts: [],
    parameters: [],
  },
];

/** Returns whether a package sets this kernel parameter as long as it runs. */
export const isPackageParameter = (key: string) => packageTraces.some(({parameters}) => parameters.includes(key));

/** Records which traces of some packages are there before these are installed: a purge removes only the others. */
export async function snapshotTraces(host: Host, packages: readonly string[]): Promise<readonly Snapshot[]> {
  const traces = packageTraces.filter(each => packages.includes(each.package));
  // Of a path only whether it exists: it may be as large as all of Docker.
  const paths = traces
    .flatMap(each => each.paths)
    .map(async (name): Promise<Snapshot> => {
      const was = (await host.files.stat(name)) === undefined ? absent : present;
      return {thing: 'trace', name, place: 'host', was};
    });
  const accounts = traces
    .flatMap(each => each.accounts)
    .map(async (name): Promise<Snapshot> => {
      const was = (await hasAccount(host, name)) ? present : absent;
      return {thing: 'account', name, place: 'host', was};
    });
  const parameters = traces.flatMap(each => each.parameters);
  return [...(await snapshotParameters(host, parameters)), ...(await Promise.all([...paths, ...accounts]))];
}

/** The traces of some packages as snapshots have them, for a purge: what was not there is removed after its package. */
export function restoreTraces(snapshots: readonly Snapshot[], spared: readonly string[]): readonly Resource[] {
  const added = (thing: Snapshot['thing'], names: readonly string[]) =>
    names.filter(name =>
      snapshots.some(each => each.thing === thing && each.name === name && each.was.type === 'absent'),
    );
  return packageTraces
    .filter(each => !spared.includes(each.package))
    .flatMap(each => [
      ...added('trace', each.paths).map(path => absentTrace(path, each)),
      ...added('account', each.accounts).map(account => absentAccount(account, each)),
    ]);
}

type TraceState = {readonly exists: boolean; readonly isPackageGone: boolean};
type Owner = Pick<Traces, 'package' | 'program'>;

/** No such path once its package is removed. */
function absentTrace(path: string, owner: Owner): Resource<TraceState> {
  return {
    ...common,
    id: `trace:${path}`,
    title: `${path}, left by ${owner.package}`,
    read: host => readTrace(host, owner, async () => (await host.files.stat(path)) !== undefined),
    diff: (state, outlook) => (isDue(state, outlook, owner) ? [{change: 'remove', summary: `remove ${path}`}] : []),
    apply: ({host}) => host.files.remove(path),
  };
}

/** No such account once its package is removed. */
function absentAccount(account: string, owner: Owner): Resource<TraceState> {
  const [sort = '', name = ''] = account.split(':');
  const removal = {change: 'remove', summary: `remove the ${sort} ${name}`} as const;
  return {
    ...common,
    id: `trace:${account}`,
    title: `The ${sort} ${name}, left by ${owner.package}`,
    read: host => readTrace(host, owner, () => hasAccount(host, account)),
    diff: (state, outlook) => (isDue(state, outlook, owner) ? [removal] : []),
    async apply({host}) {
      await host.run({argv: [sort === 'user' ? 'userdel' : 'groupdel', name]});
    },
  };
}

// Only a purge removes traces, and a purge records nothing.
const common = {place: 'host', kind: 'trace', needs: [absentPackagesId], locks: [], record: () => []} as const;

async function hasAccount(host: Host, account: string): Promise<boolean> {
  const [sort = '', name = ''] = account.split(':');
  return (await host.query({argv: ['getent', sort === 'user' ? 'passwd' : 'group', name]})).exitCode === 0;
}

async function readTrace(host: Host, {program}: Owner, look: () => Promise<boolean>): Promise<TraceState> {
  return {exists: await look(), isPackageGone: (await host.files.stat(program)) === undefined};
}

function isDue({exists, isPackageGone}: TraceState, outlook: Outlook, {package: name}: Owner): boolean {
  const isRemoved = outlook.changes(absentPackagesId).some(({summary}) => summary.split(/[ ,]+/).includes(name));
  return exists && (isPackageGone || isRemoved);
}
