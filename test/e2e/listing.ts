import {execa} from 'execa';
import {namespacePath} from '../lab/namespaces.ts';
import {guest} from './lab.ts';

/** What apt, dpkg, Docker, systemd and Node keep for themselves is theirs; whether it is there at all is not. */
const caches = ['apt', 'dpkg', 'docker', 'containerd', 'systemd']
  .map(name => `/var/lib/${name}`)
  .concat('/opt/jitsi-onebox/releases/*/cache')
  .map(path => `-path '${path}/*'`)
  .join(' -o ');
const places = '/etc /srv /opt /usr/local /var/lib';
// The lab mounts a disk at Docker's directory: it is there before and after, and Docker sets its mode.
const walk = `find ${places} -xdev \\( ${caches} -o -path /var/lib/docker \\) -prune -o`;

/** Each asks the guest for one kind of thing, a line a thing. */
const questions: Readonly<Record<string, string>> = {
  path: `${walk} -printf '%y %m %U:%G %p %l\\n'`,
  content: `${walk} -type f -exec sha256sum {} +`,
  unit: 'systemctl list-unit-files --state=enabled --no-legend --plain | cut -d" " -f1',
  rule: 'ip rule show; ip -6 rule show',
  // Containers' cables have other names after each start, and Docker's bridge has an address of its own once one was plugged in.
  route: '(ip route show table all; ip -6 route show table all) | grep -v -e " dev veth" -e "fe80:.* dev docker0"',
  parameter: 'sysctl net.ipv4.ip_forward net.core.rmem_max',
  link: 'ip -brief link | cut -d" " -f1 | grep -v ^veth',
  port: "ss -H -tulnp | sed -E 's/ +/ /g; s/pid=[0-9]+,fd=[0-9]+/…/g' | cut -d' ' -f1,5,7",
  user: 'getent passwd',
  group: 'getent group',
  package: "dpkg-query --show --showformat='${Package} ${db:Status-Status}\\n'",
};

/** The guest as it can be compared: paths with mode, owner and content, units, rules, ports, users, packages. */
export async function listHost(): Promise<readonly string[]> {
  const answers = Object.entries(questions).map(async ([kind, line]) => nameLines(kind, await guest(line)));
  const parts = await Promise.all([...answers, listTables()]);
  return parts.flat();
}

/** From outside: the guest itself may have no nft. */
async function listTables(): Promise<readonly string[]> {
  const {stdout} = await execa('nsenter', [`--net=${namespacePath('host')}`, 'nft', '--stateless', 'list', 'ruleset']);
  return nameLines('nft', stdout.replaceAll('\t', ''));
}

function nameLines(kind: string, text: string): readonly string[] {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  return lines.map(line => `${kind} ${line.trim()}`);
}

/** What the second listing has that the first has not (`+`), and the other way round (`-`). */
export function compareListings(before: readonly string[], after: readonly string[]): readonly string[] {
  const [old, now] = [new Set(before), new Set(after)];
  const come = [...now].filter(line => !old.has(line)).map(line => `+ ${line}`);
  const gone = [...old].filter(line => !now.has(line)).map(line => `- ${line}`);
  return [...come, ...gone].toSorted();
}
