import type {Host} from '../model/host.ts';

/**
 * Chooses the account to order with where certbot has several at the authority, among which it would ask: the one that a lineage renews
 * with, else the first. Without a choice, certbot uses its only account or makes one.
 */
export async function chooseAccount(
  host: Host,
  {authority, renewal = ''}: {readonly authority: string; readonly renewal?: string | undefined},
): Promise<string | undefined> {
  const {host: server, pathname} = new URL(authority);
  const accounts = (await host.files.list(`/etc/letsencrypt/accounts/${server}${pathname}`)) ?? [];
  const ids = accounts.filter(name => /^[0-9a-f]{32}$/.test(name)).toSorted();
  if (ids.length < 2) return undefined;
  const former = /^account = (\w+)$/m.exec(renewal)?.[1];
  return ids.find(id => id === former) ?? ids[0];
}
