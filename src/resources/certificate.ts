import {X509Certificate} from 'node:crypto';
import type {Host} from '../model/host.ts';
import {judgeOwnership, type Lineage, type Ownership, parseLineage, renewalMargin} from '../model/lineage.ts';
import type {Difference, Resource, Work} from '../model/resource.ts';
import {absent, present, type Snapshot} from '../model/snapshot.ts';
import {type Account, chooseAccount} from './certbot-account.ts';
import {type CertificateOptions, lineagePath, lineagePaths, placeOrder} from './certificate-order.ts';
import {type Deployment, deploymentPath, readDeployment} from './deployment.ts';
import {certbotLocks, runAlone} from './held-locks.ts';
import {snapshotPaths, snapshotTree} from './path-snapshots.ts';
import {tlsPath} from './stand-in-certificate.ts';

type CertificateState = {
  readonly lineage: Lineage | undefined;
  readonly target: string | undefined;
  /** The account that an order would use; undefined if certbot makes one. */
  readonly account: Account | undefined;
  /** How the deploy hook ended last time. */
  readonly deployment: Deployment | undefined;
  readonly now: number;
};

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
    writes: [tlsPath(name), ...lineagePaths(name), deploymentPath(name), ...hookWrites],
    async read(host) {
      const [lineage, target, deployment] = await Promise.all([
        readLineage(host, name),
        host.files.readLink(tlsPath(name)),
        readDeployment(host, name),
      ]);
      const account = await chooseAccount(host, {...options, former: lineage?.renewal?.account});
      return {lineage, target, account, deployment, now: host.now()};
    },
    diff: state => compare(options, state),
    record: (host, {lineage}) => snapshotCertificate(host.files, options, lineage),
    async apply(work, state, differences) {
      const isOrdered = differences.some(({change}) => change === 'order');
      const refusal = isOrdered ? await placeOrder({work, options, ...state}) : undefined;
      if (refusal) return work.warn(refusal);
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
  {lineage, target, account, deployment, now}: CertificateState,
): readonly Difference[] {
  const {name} = options;
  const ownership: Ownership = lineage ? judgeOwnership(lineage, options) : {owner: 'us'};
  const reason = ownership.owner === 'user' ? undefined : findReason({...options, ownership, lineage, now});
  if (reason) {
    const by =
      account && account.of > 1 ? `, with the account ${account.id} (acme.account chooses among ${account.of})` : '';
    return [{change: 'order', summary: `order a certificate for ${name}: ${reason}${by}`, content: true}];
  }
  const isStuck = deployment?.isDone === false;
  if (target === lineagePath(name) && !isStuck) return [];
  const whose =
    ownership.owner === 'user'
      ? `your own certificate for ${name}`
      : `the certificate of ${options.authority} for ${name}`;
  const again = isStuck ? ', whose deploy hook failed' : '';
  return [{change: 'update', summary: `use ${whose}${again}`, content: true}];
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
