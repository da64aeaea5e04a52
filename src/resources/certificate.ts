import {X509Certificate} from 'node:crypto';
import type {Host} from '../model/host.ts';
import {judgeOwnership, type Lineage, type Ownership, parseLineage, webrootOf} from '../model/lineage.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';
import {adviseOnAuthority} from './authority-errors.ts';
import {type Account, chooseAccount} from './certbot-account.ts';
import {certbotLocks, runAlone} from './held-locks.ts';
import {snapshotPaths, snapshotTree} from './path-snapshots.ts';
import {type CertificateName, tlsPath} from './stand-in-certificate.ts';

export type CertificateOptions = CertificateName & {
  /** The authority's ACME directory URL. */
  readonly authority: string;
  readonly contact: string;
  readonly webroot: string;
  /** The id of the account to order with, or `auto`. */
  readonly account: string;
  /** All names of this server: a lineage for others too may be the user's. */
  readonly ours: readonly string[];
  /** Brings a new certificate into effect; gets RENEWED_LINEAGE as certbot's deploy hooks do. */
  readonly hook: string;
  /** The paths that the hook writes. */
  readonly hookWrites?: readonly string[];
};

type CertificateState = {
  readonly lineage: Lineage | undefined;
  readonly target: string | undefined;
  /** The account that an order would use; undefined if certbot makes one. */
  readonly account: Account | undefined;
  readonly now: number;
};

/** Where certbot keeps the current files of a lineage. */
export const lineagePath = (name: string) => `/etc/letsencrypt/live/${name}`;
/** The files and directories of a lineage. */
const lineagePaths = (name: string) => [
  lineagePath(name),
  `/etc/letsencrypt/archive/${name}`,
  `/etc/letsencrypt/renewal/${name}.conf`,
];
/** The id of a certificate. */
export const certificateId = (name: string) => `certificate:${name}`;

/** A certificate of the chosen authority for one name, by certbot and webroot; certbot's own timer renews it. */
export function certificate(options: CertificateOptions): Resource<CertificateState> {
  const {name, hookWrites = []} = options;
  return {
    id: certificateId(name),
    title: `Certificate for ${name}`,
    place: options.place,
    kind: 'certificate',
    needs: options.needs,
    locks: ['certbot'],
    writes: [tlsPath(name), ...lineagePaths(name), ...hookWrites],
    async read(host) {
      const [lineage, target] = await Promise.all([readLineage(host, name), host.files.readLink(tlsPath(name))]);
      const account = await chooseAccount(host, {...options, former: lineage?.renewal?.account});
      return {lineage, target, account, now: host.now()};
    },
    diff: state => compare(options, state),
    record: (host, {lineage}) => snapshotCertificate(host.files, options, lineage),
    async apply(work, state, differences) {
      try {
        if (differences.some(({change}) => change === 'order')) await order({work, options, ...state});
      } catch (error) {
        return work.warn(explain({name, lineage: state.lineage, error}));
      }
      await work.host.files.link(tlsPath(name), lineagePath(name));
      await work.host.run({argv: [options.hook], env: {RENEWED_LINEAGE: lineagePath(name), RENEWED_DOMAINS: name}});
    },
  };
}

async function snapshotCertificate(
  files: Host['files'],
  {name, place}: CertificateOptions,
  lineage: Lineage | undefined,
): Promise<readonly Snapshot[]> {
  const renewal = `/etc/letsencrypt/renewal/${name}.conf`;
  const isKnown = (await files.stat(renewal)) !== undefined || lineage !== undefined;
  const remains = lineage ? [] : await snapshotLineage(files, name);
  return [
    {thing: 'lineage', name, place, was: isKnown ? present : absent},
    ...remains,
    // The way in which it renewed is restored; a new certificate stays.
    ...(lineage?.renewal ? await snapshotPaths(files, [renewal], place) : []),
    ...(await snapshotPaths(files, [tlsPath(name)], place)),
  ];
}

/** Records every file of a lineage. */
export async function snapshotLineage(files: Host['files'], name: string): Promise<readonly Snapshot[]> {
  const trees = await Promise.all(lineagePaths(name).map(path => snapshotTree(files, path, 'nginx')));
  return trees.flat().filter(({was}) => was.type !== 'absent');
}

/** A lineage as a snapshot has it, for a purge: one that we ordered is deleted with its key. */
export function restoreLineage({name, was}: Snapshot): Resource<boolean> | undefined {
  if (was.type !== 'absent') return undefined;
  return {
    id: `lineage:${name}`,
    title: `Certificate for ${name}`,
    place: 'nginx',
    kind: 'certificate',
    needs: [],
    locks: ['certbot'],
    read: async host => (await host.files.stat(`/etc/letsencrypt/renewal/${name}.conf`)) !== undefined,
    diff: exists => (exists ? [{change: 'remove', summary: `delete the certificate for ${name}`}] : []),
    record: host => snapshotLineage(host.files, name),
    async apply(work) {
      const {files} = work.host;
      if (await files.stat('/usr/bin/certbot')) return deleteLineage(work, name);
      // An uninstallation keeps certificates but removes certbot.
      for (const path of lineagePaths(name)) await files.remove(path);
    },
  };
}

/** Has certbot delete a lineage. */
export function deleteLineage(work: Work, name: string): Promise<void> {
  return runAlone(work, certbotLocks, {argv: ['certbot', 'delete', '--non-interactive', '--cert-name', name]});
}

/** Reads the lineage of a name; undefined when there is none. */
export async function readLineage({files}: Pick<Host, 'files'>, name: string): Promise<Lineage | undefined> {
  const path = `${lineagePath(name)}/fullchain.pem`;
  const [chain, renewal, link] = await Promise.all([
    files.read(path),
    files.read(`/etc/letsencrypt/renewal/${name}.conf`),
    files.readLink(path),
  ]);
  return parseLineage({leaf: parseLeaf(chain), renewal, isLinked: link !== undefined});
}

/** Parses the first certificate of a chain; a broken file counts as none. */
function parseLeaf(chain: string | undefined): X509Certificate | undefined {
  try {
    return chain === undefined ? undefined : new X509Certificate(chain);
  } catch {
    return undefined;
  }
}

function compare(
  options: CertificateOptions,
  {lineage, target, account, now}: CertificateState,
): readonly Difference[] {
  const {name} = options;
  const ownership: Ownership = lineage ? judgeOwnership(lineage, options) : {owner: 'us'};
  const reason = ownership.owner === 'user' ? undefined : findReason({...options, ownership, lineage, now});
  if (reason) {
    const by =
      account && account.of > 1 ? `, with the account ${account.id} (acme.account chooses among ${account.of})` : '';
    return [{change: 'order', summary: `order a certificate for ${name}: ${reason}${by}`, content: true}];
  }
  if (target === lineagePath(name)) return [];
  const whose =
    ownership.owner === 'user'
      ? `your own certificate for ${name}`
      : `the certificate of ${options.authority} for ${name}`;
  return [{change: 'update', summary: `use ${whose}`, content: true}];
}

type Judged = Pick<CertificateOptions, 'name' | 'authority'> & {
  readonly ownership: Ownership;
  readonly lineage: Lineage | undefined;
  readonly now: number;
};

function findReason({name, authority, ownership, lineage, now}: Judged): string | undefined {
  if (!lineage) return 'there is none yet';
  if (!lineage.names.includes(name)) return `the existing certificate covers only ${lineage.names.join(', ')}`;
  if (lineage.isSelfSigned) return 'the existing certificate is self-signed';
  if ('convert' in ownership)
    return `the existing certificate renews by ${ownership.convert}, which cannot work here; from now on by our webroot`;
  if (lineage.renewal?.server !== authority)
    return `the existing certificate is from ${lineage.renewal?.server ?? 'another authority'}`;
  return now > lineage.ends - renewalMargin(lineage)
    ? 'the existing certificate has expired or expires soon'
    : undefined;
}

/** certbot renews in the last third of a certificate's life, in the last half when that is under ten days. */
function renewalMargin({begins, ends}: Lineage): number {
  const lifetime = ends - begins;
  return lifetime < 10 * 86_400_000 ? lifetime / 2 : lifetime / 3;
}

/** A killed certbot leaves half a lineage: the next one refuses that directory, or calls its own lineage NAME-0001. */
async function clearRemains({files}: Host, name: string): Promise<void> {
  for (const path of lineagePaths(name)) if (await files.stat(path)) await files.remove(path);
}

type Order = Pick<CertificateState, 'lineage' | 'account'> & {work: Work; options: CertificateOptions};

/** Orders a certificate. Everything is said explicitly: /etc/letsencrypt/cli.ini may have other defaults. */
async function order({work, options, lineage, account}: Order): Promise<void> {
  const {name, authority, contact} = options;
  const as = account === undefined ? [] : ['--account', account.id];
  const who = ['--server', authority, '--email', contact, '--agree-tos', '--no-eff-email', ...as];
  const what = ['--authenticator', 'webroot', '--preferred-challenges', 'http', ...listNames(options, lineage)];
  const force = lineage ? ['--force-renewal'] : [];
  if (!lineage) await clearRemains(work.host, name);
  const argv = ['certbot', 'certonly', '--non-interactive', ...who, ...what, '--cert-name', name, ...force] as const;
  await runAlone(work, certbotLocks, {argv});
}

/** The user may have added names to the lineage: they stay, each with the webroot that it has. */
function listNames({name, webroot, ours}: CertificateOptions, lineage: Lineage | undefined): readonly string[] {
  const names = lineage?.names.includes(name) ? lineage.names : [name];
  const own = (each: string) =>
    lineage?.renewal && !ours.includes(each) ? webrootOf(lineage.renewal, each) : undefined;
  const roots = Map.groupBy(names, each => own(each) ?? webroot);
  return [...roots].flatMap(([root, domains]) => [
    '--webroot-path',
    root,
    ...domains.flatMap(each => ['--domain', each]),
  ]);
}

function explain({name, lineage, error}: {name: string; lineage: Lineage | undefined; error: unknown}): Problem {
  if (!(error instanceof CommandFailed)) throw error;
  const said = error.tail.join('\n');
  return new Problem({
    code: 'certificate-missing',
    summary: `There is no ${lineage ? 'new ' : ''}certificate for ${name}, because the authority did not issue one:\n${said}`,
    remedy: `${adviseOnAuthority(name, said)} Then run jitsi-onebox again; until then ${
      lineage ? 'the existing certificate stays in use' : 'a self-signed stand-in is used, and browsers warn'
    }.`,
    cause: error,
  });
}
