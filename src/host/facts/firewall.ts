import {type Fact, type FactValues, known, unknown} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {missing, query, readIfAllowed} from './ask.ts';
import {findBarriers, readRuleset} from './nftables.ts';

type Firewall = Fact<FactValues['firewall']>;

/** Finds out which firewall decides what comes in: the two that have a front end of their own, else bare rules. */
export async function readFirewall(host: Host): Promise<Firewall> {
  const [ufw, firewalld, rules] = await Promise.all([isUfwActive(host), isFirewalldActive(host), readRules(host)]);
  if (ufw) return known('ufw', ufw);
  if (firewalld) return known('firewalld', 'systemctl');
  return rules;
}

/** How ufw's being active is known: its own word where it gives one (only to root), else its switch. */
async function isUfwActive(host: Host): Promise<string | undefined> {
  const configuration = await readIfAllowed(host, '/etc/ufw/ufw.conf');
  if (!configuration || !/^\s*ENABLED=["']?yes/im.test(configuration)) return undefined;
  const {exitCode, stdout} = await query(host, 'ufw', 'status');
  if (exitCode === missing) return undefined;
  if (exitCode !== 0) return '/etc/ufw/ufw.conf';
  return stdout.startsWith('Status: active') ? 'ufw status' : undefined;
}

async function isFirewalldActive(host: Host): Promise<boolean> {
  return (await query(host, 'systemctl', 'is-active', 'firewalld')).stdout.trim() === 'active';
}

async function readRules(host: Host): Promise<Firewall> {
  const {exitCode, stdout} = await query(host, 'nft', '-j', 'list', 'ruleset');
  if (exitCode === missing) return readWithoutNft(host);
  const ruleset = exitCode === 0 ? readRuleset(stdout) : undefined;
  if (!ruleset) return unknown('nft list ruleset', 'only root may see the rules');
  const barriers = findBarriers(ruleset);
  return barriers.length > 0
    ? known('nftables', `nft list ruleset: ${barriers.join(', ')}`)
    : known('none', 'nft list ruleset: nothing drops what comes in');
}

async function readWithoutNft(host: Host): Promise<Firewall> {
  const {exitCode, stdout} = await query(host, 'iptables', '-S');
  if (exitCode === missing) return known('none', 'no program is installed that could set rules');
  if (exitCode !== 0) return unknown('iptables -S', 'only root may see the rules');
  const drops = /^-P INPUT DROP$|^-A INPUT -j (?:DROP|REJECT\b.*)$/m.test(stdout);
  return drops ? known('nftables', 'iptables -S') : known('none', 'iptables -S');
}
