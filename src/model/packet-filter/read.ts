import type {Host} from '../host.ts';
import {type AddressSets, parseIpsets} from './ipset.ts';
import {parseIptables} from './iptables.ts';
import {parseNft} from './nft.ts';
import type {Chain, PacketFilter} from './rules.ts';

/** Reads all rules of this host: nft's own, and those of both kinds of iptables. */
export async function readPacketFilter(host: Pick<Host, 'query' | 'files'>): Promise<PacketFilter> {
  const ask = (...argv: [string, ...string[]]) => host.query({argv});
  const [json, text, save, legacyTables, version] = await Promise.all([
    ask('nft', '-j', 'list', 'ruleset'),
    ask('nft', '-a', 'list', 'ruleset'),
    ask('iptables-nft-save'),
    host.files.read('/proc/net/ip_tables_names').catch(() => undefined),
    ask('iptables', '--version'),
  ]);
  // Asked without need, the legacy program would load its modules into the kernel.
  const legacy = legacyTables?.trim() ? await ask('iptables-legacy-save') : undefined;
  const sets = /--match-set/.test(`${save.stdout}${legacy?.stdout}`) ? await readSets(ask) : undefined;
  const nft = json.exitCode === 0 ? parseNft(json.stdout, text.stdout) : [];
  const iptables = save.exitCode === 0 ? parseIptables(save.stdout, 'iptables-nft', sets) : [];
  const unread =
    (nft === undefined && 'what nft prints is not understood') ||
    (json.exitCode !== 0 && json.exitCode !== missing && 'only root may see the rules') ||
    (legacy && legacy.exitCode !== 0 && 'the rules of iptables-legacy cannot be read');
  return {
    chains: [
      ...mergeIptables(nft ?? [], iptables),
      ...(legacy?.exitCode === 0 ? parseIptables(legacy.stdout, 'iptables-legacy', sets) : []),
    ],
    ...(version.exitCode === 0 && {iptables: version.stdout.includes('legacy') ? 'iptables-legacy' : 'iptables-nft'}),
    ...(unread && {unread}),
  };
}

const missing = 127;

/** Reads the sets of addresses that rules of iptables name. */
async function readSets(
  ask: (...argv: [string, ...string[]]) => ReturnType<Host['query']>,
): Promise<AddressSets | undefined> {
  const {exitCode, stdout} = await ask('ipset', 'save');
  return exitCode === 0 ? parseIpsets(stdout) : undefined;
}

/** nft cannot show what the rules of iptables match: its program shows them whole. */
function mergeIptables(nft: readonly Chain[], iptables: readonly Chain[]): readonly Chain[] {
  const own = new Set(iptables.map(({table}) => table));
  return [...nft.filter(({family, table}) => family !== 'ip' || !own.has(table)), ...iptables];
}
