import {showArgv} from '../../src/host/commands.ts';
import {readFirewall} from '../../src/host/facts/firewall.ts';
import {readDisk} from '../../src/host/facts/hardware.ts';
import {parseListeners, parseOwners, parsePublishedPorts, readListeners} from '../../src/host/facts/listeners.ts';
import {listRoutes} from '../../src/host/facts/routing.ts';
import {parsePolicy, readCompose, readDocker} from '../../src/host/facts/software.ts';
import {parseRelease, readTimezone} from '../../src/host/facts/system.ts';
import type {Host} from '../../src/model/host.ts';
import {parseListen} from '../../src/model/nginx-listen.ts';
import {parseNginx} from '../../src/model/nginx-syntax.ts';
import {parseIptables} from '../../src/model/packet-filter/iptables.ts';
import {parseNft} from '../../src/model/packet-filter/nft.ts';
import {CommandFailed} from '../../src/model/problem.ts';
import {readRoutingRules} from '../../src/model/routing-rules.ts';
import {readYaml} from '../../src/model/settings/read-yaml.ts';
import {isAtLeast} from '../../src/model/version.ts';
import {readMessage} from '../../src/network/stun-message.ts';
import {explainApt, simulateApt} from '../../src/resources/apt.ts';
import {readLineage} from '../../src/resources/certificate.ts';
import {findZone} from '../../src/resources/firewalld-zones.ts';
import {parseLocks} from '../../src/resources/held-locks.ts';
import {parseTable} from '../../src/resources/nft-table.ts';
import {parseRules} from '../../src/resources/policy-routing.ts';
import {parseStart, parseTimestamp} from '../../src/resources/process-age.ts';
import {findDecision} from '../../src/resources/ufw-rules.ts';
import {parseLimited} from '../../src/stack/compose-file.ts';
import {readInUse} from '../../src/stack/in-use.ts';
import {listEndpoints} from '../../src/stack/other-sites.ts';
import {completePasswords} from '../../src/stack/passwords.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

/** A parser of text that others may write: a text that it understands, and the door through which the text comes. */
type Parser = {
  readonly sample: string;
  readonly parse: (text: string) => unknown;
};

const failed = (text: string) => new CommandFailed({argv: ['apt-get'], exitCode: 100, tail: [text]});
const hostWith =
  (...starts: readonly string[]) =>
  (text: string) =>
    createMemoryHost({commands: Object.fromEntries(starts.map(start => [start, text]))});
const hostWithFiles =
  (...paths: readonly string[]) =>
  (text: string) =>
    createMemoryHost({files: Object.fromEntries(paths.map(path => [path, text]))});
const through = (make: (text: string) => Host, read: (host: Host) => Promise<unknown>) => (text: string) =>
  read(make(text)).catch(() => undefined);

/** All parsers of foreign text. A new one belongs here. */
export const parsers: Readonly<Record<string, Parser>> = {
  ss: {
    sample: 'tcp LISTEN 0 511 [::]:443 [::]:* users:(("nginx",pid=702,fd=8),("nginx",pid=700,fd=8))\n',
    parse: parseListeners,
  },
  '/proc/PID/cgroup': {
    sample: '0::/system.slice/nginx.service\n',
    parse: through(
      text =>
        createMemoryHost({
          commands: {ss: 'tcp LISTEN 0 1 *:80 *:* users:(("x",pid=7,fd=8))\n'},
          files: {'/proc/7/cgroup': text},
        }),
      readListeners,
    ),
  },
  'dpkg-query -S': {sample: 'one, two:amd64, three:amd64: /usr/bin/x\n', parse: parseOwners},
  'docker ps': {
    sample: 'web-1\tshop\t0.0.0.0:8000-8002->80-82/tcp, :::8000-8002->80-82/tcp, 9000/tcp\n',
    parse: parsePublishedPorts,
  },
  'nginx.conf': {
    sample: `server { listen [::]:443 ssl; server_name "a b" 'c\\'d' \${x}e; } # end\n`,
    parse: parseNginx,
  },
  'listen of nginx': {sample: '[::1]:443 ssl http2', parse: parseListen},
  'a name and an address of a site': {
    sample: '*.example.org.* 127.0.0.1:443',
    parse: text => listEndpoints([{file: '/x', names: [text], listens: [text, `x ${text}`]}]),
  },
  'nft -j': {
    sample: '{"nftables":[{"chain":{"family":"inet","table":"filter","name":"input","hook":"input"}}]}',
    parse: through(hostWith('nft'), readFirewall),
  },
  'nft -j, as rules': {
    sample:
      '{"nftables":[{"set":{"family":"ip","table":"t","name":"s","elem":[1,{"range":[2,3]}]}},{"rule":{"family":"ip","table":"t","chain":"c","expr":[{"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[["new",{"drop":null}]]}}}]}}]}',
    parse: text => parseNft(text, text),
  },
  'iptables-save': {
    sample: '*filter\n:INPUT DROP [0:0]\n-A INPUT ! -s 10.0.0.0/8 -m comment --comment "a b" -j DROP\n',
    parse: text => parseIptables(text, 'iptables-nft'),
  },
  'ufw status': {
    sample: '[ 1] 443/tcp on eth0            ALLOW IN    Anywhere                   # own\n',
    parse: text => findDecision(text, '443/tcp', 'eth0'),
  },
  'firewall-cmd --get-active-zones': {
    sample: 'work\n  interfaces: eth0\n  sources: 10.0.0.0/8\n',
    parse: text => findZone(text, 'eth0'),
  },
  'ip -j rule': {
    sample: '[{"priority":5270,"src":"all","table":"52"}]',
    parse: through(hostWith('ip'), host => readRoutingRules(host, 4)),
  },
  'iptables -S': {
    sample: '-P INPUT ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n',
    parse: through(hostWith('iptables'), readFirewall),
  },
  'ufw.conf': {
    sample: 'LOGLEVEL=low\n  ENABLED="yes"\n',
    parse: through(hostWithFiles('/etc/ufw/ufw.conf'), readFirewall),
  },
  df: {
    sample: 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/a b 10 5 5 50% /\n',
    parse: through(hostWith('df'), readDisk),
  },
  'dockerd --version': {
    sample: 'Docker version 20.10.24+dfsg1, build 297e128\n',
    parse: through(hostWith('dockerd'), readDocker),
  },
  'docker compose version': {sample: 'v2.26.1-4\n', parse: through(hostWith('docker', 'docker-compose'), readCompose)},
  'apt-cache policy': {
    sample: 'nginx:\n  Installed: (none)\n  Candidate: 1.22.1-9\n  Version table:\n',
    parse: parsePolicy,
  },
  'apt-get --simulate': {
    sample: 'Inst nginx [1.22.1-9] (1.22.1-10 Debian:12 [amd64])\nRemv x [1]\n',
    parse: through(hostWith('apt-get'), host => simulateApt(host, [])),
  },
  'apt-get': {
    sample: 'E: Failed to fetch http://x/y 404 Not Found\nCould not resolve x\n',
    parse: text => explainApt(failed(text)),
  },
  'os-release': {sample: `PRETTY_NAME="Debian \\"12\\""\nID=debian\nVERSION_ID='12'\n`, parse: parseRelease},
  '/etc/timezone': {
    sample: 'America/Argentina/Buenos_Aires\n',
    parse: through(hostWithFiles('/etc/timezone'), readTimezone),
  },
  'ip -j route': {
    sample: '[{"dst":"default","gateway":"198.51.100.1","dev":"eth0","metric":100}]',
    parse: through(hostWith('ip'), listRoutes),
  },
  'ip rule': {sample: '32766:  from all   lookup main\n', parse: parseRules},
  'nft list table': {
    sample: 'table inet x {\n\tcomment "y"\n\tchain c {\n\t\ttcp dport 4444 reject with tcp reset\n\t}\n}\n',
    parse: parseTable,
  },
  '/proc/locks': {sample: '1: POSIX  ADVISORY  WRITE 702 08:01:1234 0 EOF\n', parse: parseLocks},
  '/proc/PID/stat': {
    sample: '702 (ngi) nx) S 1 702 702 0 -1 4194368 1 2 3 4 5 6 7 8 20 0 1 0 12345 1\n',
    parse: parseStart,
  },
  'a time of systemd': {sample: 'Sun 2026-11-22 08:30:00.123456 UTC\n', parse: parseTimestamp},
  'a renewal file of certbot': {
    sample: 'version = 2.1.0\n[renewalparams]\nserver = https://x/directory\n',
    parse: through(
      text =>
        createMemoryHost({
          files: {
            '/etc/letsencrypt/live/a/fullchain.pem': text,
            '/etc/letsencrypt/renewal/a.conf': text,
          },
        }),
      host => readLineage(host, 'a'),
    ),
  },
  '.env': {
    sample: 'A_B="c d"\nTURN_CREDENTIALS=\'0123\'\n',
    parse: text => completePasswords({env: text, hasAccounts: false}),
  },
  'compose.yaml': {sample: 'a:\n  b: {c: "d", e: [1]}\n', parse: text => parseLimited(text.slice(0, 8192))},
  'a stack in use': {
    sample: '# TZ\nTZ=Europe/Berlin\n',
    parse: through(hostWithFiles('/srv/x/.env_global', '/srv/x/compose.yaml'), host => readInUse(host, '/srv/x')),
  },
  settings: {
    sample: 'domain: a.b\nturn: {domain: "c"}\n',
    parse: text => readYaml({text: text.slice(0, 8192), name: 'x', from: 'file'}),
  },
  'a version': {sample: '1:1.26.3-3+deb13u1~x', parse: text => isAtLeast(text, [1])},
  'an argument': {sample: "/a/b 'c' \\d", parse: text => showArgv([text])},
  STUN: {sample: '\0\u0001\0\u0008!\u0012\u00a4Babcdefghijkl', parse: text => readMessage(Buffer.from(text, 'latin1'))},
};
