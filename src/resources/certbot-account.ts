import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';

/** The account that an order uses, one of so many at the authority. */
export type Account = {readonly id: string; readonly of: number};

/** Where certbot keeps its accounts, by authority. */
export const accountsDirectory = '/etc/letsencrypt/accounts';

/**
 * Chooses the account to order with, since certbot would ask where it has several: the one of the setting, else the one that the lineage
 * renews with, else the first. Without any, certbot makes one.
 */
export async function chooseAccount(
  host: Pick<Host, 'files'>,
  {
    authority,
    account,
    former,
  }: {readonly authority: string; readonly account: string; readonly former?: string | undefined},
): Promise<Account | undefined> {
  const {host: server, pathname} = new URL(authority);
  const found = (await host.files.list(`${accountsDirectory}/${server}${pathname}`)) ?? [];
  const ids = found.filter(name => /^[0-9a-f]{32}$/.test(name)).toSorted();
  if (account !== 'auto' && !ids.includes(account)) throw noSuchAccount({account, authority, ids});
  const id = ids.find(each => each === (account === 'auto' ? former : account)) ?? ids[0];
  return id === undefined ? undefined : {id, of: ids.length};
}

/** Reads the URI of the account that an order would use; null if certbot is yet to make one. */
export async function readAccountUri(
  host: Pick<Host, 'files'>,
  wanted: {readonly authority: string; readonly account: string},
): Promise<string | null | undefined> {
  const chosen = await chooseAccount(host, wanted);
  if (!chosen) return null;
  const {host: server, pathname} = new URL(wanted.authority);
  const text = await host.files.read(`${accountsDirectory}/${server}${pathname}/${chosen.id}/regr.json`);
  return text === undefined ? undefined : (/"uri":\s*"([^"]+)"/.exec(text)?.[1] ?? undefined);
}

type Missing = {readonly account: string; readonly authority: string; readonly ids: readonly string[]};

function noSuchAccount({account, authority, ids}: Missing): Problem {
  return new Problem({
    code: 'no-such-account',
    summary: `certbot has no account ${account} at ${authority}; ${ids.length === 0 ? 'it has none there' : `it has ${ids.join(', ')}`}.`,
    remedy: 'Set acme.account to one of its accounts, or to auto.',
  });
}
