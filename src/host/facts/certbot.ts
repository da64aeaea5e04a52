import {X509Certificate} from 'node:crypto';
import {type Fact, type FactValues, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {parseLineage} from '../../model/lineage.ts';
import {Unreadable} from './ask.ts';

const root = '/etc/letsencrypt';

/** Detects the certificates that certbot keeps, and those that somebody put beside them. */
export async function readLineages(host: Host): Promise<Fact<FactValues['lineages']>> {
  const names = await list(host, `${root}/live`);
  if (!names) return known([], `there is no ${root}/live`);
  const lineages = await Promise.all(names.map(name => readLineage(host, name)));
  return known(lineages.flat(), `${root}/live and ${root}/renewal`);
}

async function readLineage({files}: Host, name: string): Promise<FactValues['lineages']> {
  const path = `${root}/live/${name}/fullchain.pem`;
  const read = (file: string) => files.read(file).catch(() => undefined);
  const [chain, renewal, link] = await Promise.all([
    read(path),
    read(`${root}/renewal/${name}.conf`),
    files.readLink(path).catch(() => undefined),
  ]);
  const lineage = parseLineage({leaf: parseLeaf(chain), renewal, isLinked: link !== undefined});
  return lineage ? [{name, ...lineage}] : [];
}

/** Detects certbot's accounts. It keeps each authority's below its host and path. */
export async function readAccounts(host: Host): Promise<Fact<FactValues['accounts']>> {
  const accounts = await findAccounts(host, '');
  return known(accounts, `${root}/accounts`);
}

const elsewhere = ['/snap/bin/certbot', '/opt/certbot/bin/certbot'];

/** Detects certbots from a snap or from pip, as the EFF installs them: each has a timer of its own. */
export async function findOtherCertbots({files}: Host): Promise<Fact<FactValues['otherCertbots']>> {
  const stats = await Promise.all(elsewhere.map(path => files.stat(path)));
  return known(
    elsewhere.filter((_, index) => stats[index]),
    elsewhere.join(' and '),
  );
}

const deepest = 6;

async function findAccounts(host: Host, below: string): Promise<FactValues['accounts']> {
  const names = (await list(host, `${root}/accounts/${below}`)) ?? [];
  if (below.split('/').length > deepest) return [];
  const found = names.map(async name => {
    const path = below === '' ? name : `${below}/${name}`;
    return /^[0-9a-f]{32}$/.test(name) ? [{authority: below, id: name}] : findAccounts(host, path);
  });
  return (await Promise.all(found)).flat();
}

async function list({files}: Host, path: string): Promise<readonly string[] | undefined> {
  try {
    return await files.list(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw new Unreadable(path, 'it cannot be read by this user');
  }
}

/** Parses the first certificate of a chain; a broken file counts as none. */
function parseLeaf(chain: string | undefined): X509Certificate | undefined {
  try {
    return chain === undefined ? undefined : new X509Certificate(chain);
  } catch {
    return undefined;
  }
}
