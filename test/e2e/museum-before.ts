import {drop, pretend, signedByItself} from './edits.ts';
import type {Exhibit} from './museum.ts';

/** A program of this name on a port, as a unit of its own. */
const hold = (name: string, port: number) =>
  `systemd-run --quiet --collect --unit=${name} perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 1) or die; $0 = "${name}"; sleep' && sleep 0.5`;
const site =
  'server { listen 192.168.77.10:443 ssl; server_name own.example.test; ssl_certificate /etc/nginx/fullchain.pem; ssl_certificate_key /etc/nginx/privkey.pem; }';

/** What is wrong with a host on which nothing is installed. */
export const before: readonly Exhibit[] = [
  {
    title: 'a wrong A record',
    code: 'name-elsewhere',
    set: ['domain=elsewhere.example.test'],
    remedy: /resolve to 198\.51\.100\.10/,
  },
  {
    title: 'a stray AAAA record',
    code: 'name-elsewhere',
    set: ['domain=stray.example.test'],
    remedy: /and to nothing else/,
  },
  {
    title: 'CAA records that forbid the authority',
    code: 'caa-forbids',
    set: ['domain=forbidden.example.test'],
    remedy: /CAA 0 issue/,
  },
  {
    title: 'port 80 is held by apache2',
    code: 'port-taken',
    on: hold('apache2', 80),
    off: 'systemctl stop apache2',
    remedy: /Stop it/,
  },
  {
    title: 'the own network sees another address (split horizon)',
    code: 'name-differs-here',
    set: ['domain=stale.example.test'],
    remedy: /your own DNS/,
  },
  {
    title: 'DNS over HTTPS is blocked',
    code: 'resolvers-silent',
    fault: 'doh-blocked',
    remedy: /detection\.resolvers/,
  },
  {
    title: 'port 443 of an address is held by a site of nginx',
    code: 'site-on-443',
    on: `apt-get -qq update && apt-get -qq -y install nginx openssl 2>&1 && ${signedByItself('own', '/etc/nginx')} && echo '${site}' > /etc/nginx/sites-enabled/own && systemctl restart nginx`,
    off: 'apt-get -qq -y purge nginx nginx-common 2>&1; rm -rf /etc/nginx',
    says: /sites-enabled\/own:1/,
    remedy: /listen 4443 ssl/,
  },
  {
    title: 'a clock that is two hours off',
    code: 'clock-wrong',
    fault: 'clock-behind',
    says: /2 hours behind/,
    remedy: /set-ntp/,
  },
  {
    title: 'a service that somebody masked',
    code: 'unit-masked',
    on: 'systemctl --quiet mask haproxy.service',
    off: 'systemctl --quiet unmask haproxy.service',
    says: /haproxy\.service/,
    remedy: /systemctl unmask haproxy\.service/,
  },
  {
    title: 'port 8289 is held',
    code: 'port-taken',
    on: hold('other', 8289),
    off: 'systemctl stop other',
    remedy: /ports\.web/,
  },
  {
    title: 'the subnet of the containers is routed elsewhere',
    code: 'subnet-taken',
    set: ['stack.subnet=172.29.7.0/24'],
    on: 'ip route add 172.29.0.0/16 via 192.168.77.1',
    off: 'ip route del 172.29.0.0/16',
    remedy: /stack\.subnet/,
  },
  {
    title: 'nft drops port 443',
    code: 'firewall-rules',
    on: `apt-get -qq update && apt-get -qq -y install nftables 2>&1 && ${drop('museum', 'tcp dport 443')}`,
    off: 'nft delete table inet museum && apt-get -qq -y purge nftables 2>&1',
    remedy: /Accept the ports before that rule/,
  },
  {
    title: 'one gigabyte of memory',
    code: 'small-memory',
    on: pretend('/proc/meminfo', 's/^MemTotal:.*/MemTotal: 1000000 kB/'),
    off: 'umount /proc/meminfo',
    remedy: /more memory/,
  },
  {title: 'a disk without room for packages', code: 'small-disk', fault: 'disk-full', remedy: /Free some space/},
  {
    title: 'an authority that is unreachable',
    code: 'authority-unreachable',
    fault: 'authority-unreachable',
    remedy: /port 443/,
  },
  {
    title: 'an authority that answers 500',
    code: 'authority-unreachable',
    fault: 'authority-broken',
    says: /status 500/,
    remedy: /try again later/,
  },
  {
    title: 'an authority that answers 429',
    code: 'authority-unreachable',
    fault: 'authority-busy',
    says: /status 429/,
    remedy: /Wait: the authority limits requests/,
  },
  {
    title: 'a registry that is unreachable',
    code: 'registry-unreachable',
    fault: 'registry-gone',
    remedy: /ghcr\.io on port 443/,
  },
];
