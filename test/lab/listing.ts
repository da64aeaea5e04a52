import {run} from './command.ts';
import {within} from './network.ts';

/** Runs a line in the guest's shell and returns its output; throws when it fails. */
export type Shell = (line: string, input?: string) => Promise<string>;

/** Apt, dpkg, Docker, systemd and Node may keep in their own directories what they like; the directories themselves count. */
const caches = ['apt', 'dpkg', 'docker', 'containerd', 'systemd']
  .map(name => `/var/lib/${name}`)
  .concat('/opt/jitsi-onebox/releases/*/cache')
  .map(path => `-path '${path}/*'`)
  .join(' -o ');
const places = '/etc /srv /opt /usr/local /var/lib';
// The lab mounts a disk at Docker's directory: it is there before and after, and Docker sets its mode.
const walk = `find ${places} -xdev \\( ${caches} -o -path /var/lib/docker \\) -prune -o`;

/** The kernel takes a second to see that nobody else has a new IPv6 address; its routes come after that. */
const settle = 'for i in $(seq 50); do ip -6 address show tentative | grep -q . || break; sleep 0.1; done';

/** Lists one kind of thing each, one thing per line. */
const questions: Readonly<Record<string, string>> = {
  path: `${walk} -printf '%y %m %U:%G %p %l\\n'`,
  content: `${walk} -type f -exec sha256sum {} +`,
  unit: 'systemctl list-unit-files --state=enabled --no-legend --plain | cut -d" " -f1',
  rule: 'ip rule show; ip -6 rule show',
  // Containers' cables have other names after each start, and Docker's bridge has an address of its own once one was plugged in.
  route: `${settle}; (ip route show table all; ip -6 route show table all) | grep -v -e " dev veth" -e "fe80:.* dev docker0"`,
  parameter: 'sysctl net.ipv4.ip_forward net.core.rmem_max',
  link: 'ip -brief link | cut -d" " -f1 | cut -d@ -f1 | grep -v ^veth',
  // Containerd takes any free port.
  port: "ss -H -tulnp | sed -E 's/ +/ /g; s/pid=[0-9]+,fd=[0-9]+/…/g' | cut -d' ' -f1,5,7 | sed '/containerd/s/:[0-9]* /:… /'",
  user: 'getent passwd',
  group: 'getent group',
  package: "dpkg-query --show --showformat='${Package} ${db:Status-Status}\\n'",
};

/** Lists the guest so that it can be compared: paths with mode, owner and content, units, rules, ports, users, packages. */
export async function listHost(shell: Shell): Promise<readonly string[]> {
  const answers = Object.entries(questions).map(async ([kind, line]) => nameLines(kind, await shell(line)));
  const parts = await Promise.all([...answers, listRules(shell)]);
  return parts.flat();
}

/** Lists the rules with the guest's own nft if it has one: an older one crashes at what a newer one has loaded. */
async function listRules(shell: Shell): Promise<readonly string[]> {
  // The elements of sets are the addresses of those who are connected right now.
  const list = ['nft', '--stateless', '--terse', 'list', 'ruleset'] as const;
  const own = await shell(`if command -v nft >/dev/null; then ${list.join(' ')}; else echo missing; fi`);
  const rules = own.trim() === 'missing' ? await run(within('host', list)) : own;
  return nameLines('nft', rules.replaceAll('\t', ''));
}

function nameLines(kind: string, text: string): readonly string[] {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  return lines.map(line => `${kind} ${line.trim()}`);
}

/** Returns what the second listing has that the first has not (`+`), and the other way round (`-`). */
export function compareListings(before: readonly string[], after: readonly string[]): readonly string[] {
  const [old, now] = [new Set(before), new Set(after)];
  const added = [...now].filter(line => !old.has(line)).map(line => `+ ${line}`);
  const missing = [...old].filter(line => !now.has(line)).map(line => `- ${line}`);
  return [...added, ...missing].toSorted();
}

/**
 * Differences that Debian's tools leave, as the README explains: the tools for accounts keep the version before, and empty tables
 * of iptables last until the next boot.
 */
export const toolTraces: readonly RegExp[] = [
  /^[+-] (content \S+ {2}|path f \d+ \d+:\d+ )\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$/,
  /^[+] nft (table ip6? (filter|nat) \{|chain (INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING) \{|type (filter|nat) hook \w+ priority \S+; policy accept;|\})$/,
];

/** Finds what runs that were cut short would leave behind, each. */
const searches = [
  "find / -xdev -name '.*.jitsi-onebox' -not -path '/proc/*'",
  'ls /usr/sbin/policy-rc.d 2>/dev/null || true',
  'ls /var/lib/dpkg/updates | grep . || true',
  'dpkg --audit',
  // A second certificate for the same name: the order was repeated.
  "find /etc/letsencrypt/archive -name 'cert*.pem' -not -name cert1.pem",
  'ls -d /etc/letsencrypt/live/*-0* 2>/dev/null || true',
  'find /var/lib/jitsi-onebox/runs -name reserve',
  'docker ps --all --filter status=created --filter status=exited --format {{.Names}}',
];

/** Returns the paths and names of what is left behind; empty when nothing is. */
export async function findRemains(shell: Shell): Promise<string> {
  return (await Promise.all(searches.map(search => shell(search)))).join('\n').trim();
}
