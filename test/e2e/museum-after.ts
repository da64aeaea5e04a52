import {composeUp, drop, editRelay, pretend, turn} from './edits.ts';
import {idOf} from './lab.ts';
import type {Exhibit} from './museum.ts';

const site = `server { listen 4443 ssl; server_name meet.example.test;
  ssl_certificate /etc/letsencrypt/live/meet.example.test/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/meet.example.test/privkey.pem;
  location / { proxy_pass http://127.0.0.1:8289; } }`;
const pidsOf = (service: string) => `$(docker top ${idOf(service)} -eo pid | tail -n +2)`;
const archives = '/var/cache/apt/archives';
const secretOf = 'sed -n s/^static-auth-secret=//p';

/** What is wrong with an installation. */
export const after: readonly Exhibit[] = [
  {
    title: 'a site of somebody else without the websocket upgrade',
    code: 'site-names',
    on: `echo '${site}' > /etc/nginx/sites-enabled/a-museum && nginx -t -q && systemctl reload nginx && sleep 1`,
    off: 'rm /etc/nginx/sites-enabled/a-museum && systemctl reload nginx',
    remedy: /server_name in \/etc\/nginx\/sites-enabled\/a-museum/,
  },
  {
    title: 'a site of somebody else on port 443, which nginx opens at its next start',
    code: 'site-ports',
    on: "echo 'server { listen 443 ssl; server_name new.example.test; ssl_reject_handshake on; }' > /etc/nginx/sites-enabled/museum",
    off: 'rm /etc/nginx/sites-enabled/museum',
    remedy: /apply/,
  },
  {
    title: "go-mmproxy's rules are missing",
    code: 'mmproxy-routes',
    on: 'ip rule del pref 12300; ip -6 rule del pref 12300',
    off: 'systemctl restart go-mmproxy-ssl',
    remedy: /apply/,
  },
  {
    title: "the relay's key cannot be read",
    code: 'turn-key',
    on: `stat -c %u ${turn}/certs/privkey.pem > /tmp/uid; chown root: ${turn}/certs/privkey.pem && docker restart --time 1 ${idOf('turn')} && sleep 1`,
    off: `chown $(cat /tmp/uid):$(cat /tmp/uid) ${turn}/certs/privkey.pem && docker restart --time 1 ${idOf('turn')}`,
    remedy: /copies the key again/,
  },
  {
    title: "the relay's certificate is not the renewed one",
    code: 'turn-copy',
    on: `cp -p ${turn}/certs/fullchain.pem /tmp/full && echo >> ${turn}/certs/fullchain.pem`,
    off: `cp -p /tmp/full ${turn}/certs/fullchain.pem`,
    remedy: /copies the certificate/,
  },
  {
    title: 'the advertised address is an old one',
    code: 'public-address',
    on: 'sed -i \'s/,198.51.100.10"/,198.51.100.77"/\' /srv/jitsi/compose.yaml',
    off: 'sed -i \'s/,198.51.100.77"/,198.51.100.10"/\' /srv/jitsi/compose.yaml',
    remedy: /apply/,
  },
  {
    title: 'ufw, switched on later, lets only ssh in',
    isSlow: true,
    code: 'packet-filter',
    on: 'apt-get -qq update && apt-get -qq -y install ufw 2>&1 && ufw allow ssh && ufw --force enable',
    off: 'ufw disable; apt-get -qq -y purge ufw 2>&1',
    remedy: /opens the ports in ufw/,
  },
  {
    title: 'a hardening guide turned packet forwarding off',
    code: 'packet-forwarding',
    on: 'echo net.ipv4.ip_forward=0 > /etc/sysctl.d/99-museum.conf && sysctl -q --load=/etc/sysctl.d/99-museum.conf',
    off: 'rm /etc/sysctl.d/99-museum.conf && sysctl -q -w net.ipv4.ip_forward=1',
    remedy: /sysctl -w net\.ipv4\.ip_forward=1/,
  },
  {
    title: 'nft drops port 80',
    code: 'packet-filter',
    on: drop('museum', 'tcp dport 80'),
    off: 'nft delete table inet museum',
    remedy: /nft|rule/,
  },
  {
    title: 'a disk that is 95 % full',
    code: 'disk-space',
    on: `mount -t tmpfs -o size=10m museum ${archives} && head -c 9500K /dev/zero > ${archives}/zero`,
    off: `umount ${archives}`,
    remedy: /df -h/,
  },
  {
    title: 'hardly any memory is free',
    code: 'memory-free',
    on: pretend('/proc/meminfo', 's/^MemAvailable:.*/MemAvailable: 60000 kB/'),
    off: 'umount /proc/meminfo',
    remedy: /more memory/,
  },
  {
    title: 'a service that does not start at boot',
    code: 'start-at-boot',
    on: 'systemctl disable haproxy 2>&1',
    off: 'systemctl enable haproxy 2>&1',
    remedy: /enables/,
  },
  {
    title: 'a file that somebody changed',
    code: 'managed-files',
    // A file with another time would have HAProxy reload it.
    on: "cp -p /etc/haproxy/haproxy.cfg /tmp/mine && echo '# mine' >> /etc/haproxy/haproxy.cfg",
    off: 'cp -p /tmp/mine /etc/haproxy/haproxy.cfg',
    remedy: /plan/,
  },
  {
    title: 'nginx does not run',
    code: 'service-nginx',
    on: 'systemctl stop nginx',
    off: 'systemctl start nginx',
    remedy: /journalctl -u nginx/,
  },
  {
    title: 'Prosody does not run',
    isSlow: true,
    code: 'container-prosody',
    on: `docker stop --time 1 ${idOf('prosody')}`,
    off: `docker start ${idOf('prosody')}`,
    remedy: /docker logs/,
  },
  {
    title: 'the bridge hangs',
    isSlow: true,
    code: 'container-videobridge',
    // Docker asks every 10 s, waits 10 s for the answer, and gives it six tries.
    patience: 200,
    on: `kill -STOP ${pidsOf('videobridge')}`,
    // A health check may end meanwhile.
    off: `kill -CONT ${pidsOf('videobridge')} || true`,
    says: /running, unhealthy/,
    remedy: /docker logs/,
  },
  {
    title: 'a wrong password in .env',
    isSlow: true,
    code: 'videobridge-login',
    on: `cd /srv/jitsi && cp -p .env /tmp/env && sed -i 's/^JVB_AUTH_PASSWORD=.*/JVB_AUTH_PASSWORD=0123456789abcdef0123456789abcdef/' .env && ${composeUp('videobridge')}`,
    off: `cp -p /tmp/env /srv/jitsi/.env && ${composeUp('videobridge')}`,
    remedy: /with the passwords in \.env/,
  },
  {
    title: 'the bridge does not run',
    isSlow: true,
    code: 'container-videobridge',
    on: `docker stop --time 1 ${idOf('videobridge')}`,
    off: `docker start ${idOf('videobridge')}`,
    remedy: /docker logs/,
  },
  {
    title: 'the TURN secrets differ',
    isSlow: true,
    code: 'turn-allocation',
    on: `${secretOf} ${turn}/turnserver.conf > /tmp/secret; ${editRelay('s/^static-auth-secret=.*/static-auth-secret=guessed/')}`,
    off: `sed -i "s/^static-auth-secret=.*/static-auth-secret=$(cat /tmp/secret)/" ${turn}/turnserver.conf && docker restart --time 1 ${idOf('turn')}`,
    remedy: /apply/,
  },
  {
    title: 'the relay denies the bridge',
    isSlow: true,
    code: 'turn-relay',
    on: `cp -p ${turn}/turnserver.conf /tmp/relay && ${editRelay('/^allowed-peer-ip/d')}`,
    off: `cp -p /tmp/relay ${turn}/turnserver.conf && docker restart --time 1 ${idOf('turn')}`,
    remedy: /apply/,
  },
];
