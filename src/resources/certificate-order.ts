import {findRefusal} from '../model/certbot-log.ts';
import {type Lineage, webrootOf} from '../model/lineage.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import type {Work} from '../model/resource.ts';
import {formatMoment} from '../model/words.ts';
import {adviseOnAuthority} from './authority-errors.ts';
import {type Account, chooseAccount} from './certbot-account.ts';
import {readCertbotLog} from './certbot-log.ts';
import {certbotLocks, runAlone} from './held-locks.ts';
import type {CertificateName} from './stand-in-certificate.ts';

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
  /** Whether an order is rehearsed first. */
  readonly rehearses?: boolean;
};

/** Where certbot keeps the current files of a lineage. */
export const lineagePath = (name: string) => `/etc/letsencrypt/live/${name}`;
/** The files and directories of a lineage. */
export const lineagePaths = (name: string) => [
  lineagePath(name),
  `/etc/letsencrypt/archive/${name}`,
  `/etc/letsencrypt/renewal/${name}.conf`,
];

type Order = {
  readonly work: Work;
  readonly options: CertificateOptions;
  readonly lineage: Lineage | undefined;
  readonly account: Account | undefined;
};

/** Orders a certificate, after a rehearsal if the settings ask for one; returns why there is none. */
export async function placeOrder(order: Order): Promise<Problem | undefined> {
  const {work, options, lineage} = order;
  if (!lineage) await clearRemains(work.host.files, options.name);
  for (const isRehearsal of options.rehearses ? [true, false] : [false]) {
    try {
      await runOrder(order, isRehearsal);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return explain(order, {error, isRehearsal});
    }
  }
  return undefined;
}

/** A killed certbot leaves half a lineage: the next one refuses that directory, or calls its own lineage NAME-0001. */
async function clearRemains(files: Work['host']['files'], name: string): Promise<void> {
  for (const path of lineagePaths(name)) if (await files.stat(path)) await files.remove(path);
}

/** Where Let's Encrypt rehearses; certbot rehearses at any other authority itself. */
const rehearsalDirectories: Readonly<Record<string, string>> = {
  'https://acme-v02.api.letsencrypt.org/directory': 'https://acme-staging-v02.api.letsencrypt.org/directory',
};

/** Runs certbot. Everything is said explicitly: /etc/letsencrypt/cli.ini may have other defaults. */
async function runOrder({work, options, lineage, account}: Order, isRehearsal: boolean): Promise<void> {
  const {name, authority, contact} = options;
  const staging = rehearsalDirectories[authority] ?? authority;
  const by = isRehearsal ? await chooseAccount(work.host, {authority: staging, account: 'auto'}) : account;
  const as = by === undefined ? [] : ['--account', by.id];
  const who = ['--server', authority, '--email', contact, '--agree-tos', '--no-eff-email', ...as];
  const what = ['--authenticator', 'webroot', '--preferred-challenges', 'http', ...listNames(options, lineage)];
  const how = [...(lineage ? ['--force-renewal'] : []), ...(isRehearsal ? ['--dry-run'] : [])];
  const argv = ['certbot', 'certonly', '--non-interactive', ...who, ...what, '--cert-name', name, ...how] as const;
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

type Failure = {readonly error: CommandFailed; readonly isRehearsal: boolean};

async function explain({work, options, lineage}: Order, {error, isRehearsal}: Failure): Promise<Problem> {
  const {name} = options;
  const said = error.tail.join('\n');
  const refusal = /rateLimited|too many/i.test(said) ? findRefusal(await readCertbotLog(work.host)) : undefined;
  const until = refusal === undefined ? '' : ` It takes no order before ${formatMoment(refusal.until)}.`;
  const meanwhile = lineage
    ? 'the existing certificate stays in use'
    : 'a self-signed stand-in is used, and browsers warn';
  const remedy = `${adviseOnAuthority(name, said)}${until} Then run jitsi-onebox again; until then ${meanwhile}.`;
  if (isRehearsal)
    return new Problem({
      code: 'rehearsal-refused',
      summary: `The rehearsal of the order for ${name} failed, so nothing was ordered:\n${said}`,
      remedy,
      cause: error,
    });
  return new Problem({
    code: 'certificate-missing',
    summary: `There is no ${lineage ? 'new ' : ''}certificate for ${name}, because the authority did not issue one:\n${said}`,
    remedy,
    cause: error,
  });
}
