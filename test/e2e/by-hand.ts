import {guest, imageOf} from './lab.ts';
import {docker, installPackages} from './others.ts';

const hardened = `restart: unless-stopped
    read_only: true
    tmpfs: ["/run:size=32M,mode=1750,exec,uid=1000,gid=1000", /tmp]`;
const jitsi = (name: string) => `image: ${imageOf(name)}
    ${hardened}`;
const network = (host: number, alias: string) =>
  `networks: {meet.jitsi: {ipv4_address: 172.30.0.${host}, aliases: [${alias}]}}`;

/** The guide's compose file; the images have another contract since then. Addresses are fixed, so that listings can be compared. */
const compose = `version: "3"
services:
  web:
    ${jitsi('web')}
    ports: ["8289:8000"]
    environment: {PUBLIC_URL: "https://meet.example.test", DISABLE_HTTPS: "1"}
    ${network(2, 'meet.jitsi')}
  prosody:
    ${jitsi('prosody')}
    environment: [PUBLIC_URL=https://meet.example.test, JICOFO_AUTH_PASSWORD, JVB_AUTH_PASSWORD]
    env_file: [.env]
    volumes: ["./prosody:/var/lib/prosody"]
    ${network(3, 'xmpp.meet.jitsi')}
  jicofo:
    ${jitsi('jicofo')}
    environment: {JICOFO_ENABLE_HEALTH_CHECKS: "1"}
    env_file: [.env]
    ${network(4, 'jicofo.meet.jitsi')}
  jvb:
    ${jitsi('jvb')}
    ports: ["10000:10000/udp"]
    environment: {JVB_ADVERTISE_IPS: 198.51.100.10}
    ${network(5, 'jvb.meet.jitsi')}
  turn:
    image: ghcr.io/coturn/coturn:4.17.0-r0
    restart: unless-stopped
    container_name: jitsi_turn_1
    ports: ["3478:3478/udp", "5349:5349"]
    volumes: ["./coturn:/etc/coturn:ro"]
    command: [-c, /etc/coturn/turnserver.conf]
    ${network(6, 'turn.meet.jitsi')}
networks:
  meet.jitsi:
    ipam: {config: [{subnet: 172.30.0.0/24}]}
`;

/** The relay's secret, which the guide calls TURN_PASSWORD. */
export const relaySecret = 'c3'.repeat(16);

const passwords = `COMPOSE_PROJECT_NAME=meeting
HTTP_PORT=8289
JICOFO_AUTH_PASSWORD=a1a1a1a1
JVB_AUTH_PASSWORD="${'b2'.repeat(16)}" # of the bridge
TURN_PASSWORD=${relaySecret}
JVB_AUTH_USER=jvb
JICOFO_AUTH_USER=focus
`;

/** Not in the guide, but compose reads it where it is there. */
const override = `version: "3"
services:
  jvb: {env_file: [.env]}
  web: {environment: {CUSTOM_PAGE_TITLE: mine}}
`;

/** Variables of the guide; the containers here do not read them. */
const shared = `PUBLIC_URL=https://meet.example.test
PROSODY_LOG_LEVEL=debug
TURN_VERBOSE=1
CUSTOM_PAGE_TITLE="Meet by hand"
`;

const relay = `listening-port=3478
tls-listening-port=5349
cert=/etc/coturn/fullchain.pem
pkey=/etc/coturn/privkey.pem
realm=turn.example.test
use-auth-secret
static-auth-secret=${relaySecret}
log-file=stdout
pidfile=/tmp/turnserver.pid
`;

const renewal = `#!/bin/sh
install -o 65534 -g 65534 -m 400 "$RENEWED_LINEAGE"/fullchain.pem "$RENEWED_LINEAGE"/privkey.pem /srv/jitsi/coturn/
docker restart jitsi_turn_1 || true
`;

const proxied = (path: string) => `proxy_pass http://127.0.0.1:8289${path};
    proxy_http_version 1.1;
    proxy_set_header Connection "Upgrade";
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Host $host;`;

const site = `server {
  server_name meet.example.test;
  location / { ${proxied('')} }
  location = /xmpp-websocket { ${proxied('/xmpp-websocket?$args')} }
  listen 4443 ssl;
  ssl_certificate /etc/letsencrypt/live/meet.example.test/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/meet.example.test/privkey.pem;
}
server {
  listen 80;
  server_name meet.example.test;
}
`;

const balancer = `frontend main
        mode    tcp
        bind 0.0.0.0:443 tfo
        tcp-request inspect-delay 2s
        acl is_turn req_ssl_sni -i turn.example.test
        acl is_local src 127.0.0.1/8 192.168.77.10
        acl is_ssl req_ssl_ver 1:4
        tcp-request content accept if is_ssl
        use_backend ssl-local if is_local is_ssl
        use_backend turn if is_turn
        default_backend ssl
backend turn
        mode tcp
        server turn 127.0.0.1:5349
backend ssl
        mode tcp
        server ssl 127.0.0.1:4444 send-proxy
backend ssl-local
        mode tcp
        server ssl 127.0.0.1:4443
`;

const mmproxy = `[Unit]
After=network.target
[Service]
User=mmproxy
AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW
ExecStartPost=+/sbin/ip rule add from 127.0.0.1/8 iif lo table 123
ExecStartPost=+/sbin/ip route replace local 0.0.0.0/0 dev lo table 123
ExecStart=/usr/bin/go-mmproxy -l 127.0.0.1:4444 -4 127.0.0.1:4443
ExecStopPost=+/sbin/ip route del local 0.0.0.0/0 dev lo table 123
ExecStopPost=+/sbin/ip rule del from 127.0.0.1/8 iif lo table 123
[Install]
WantedBy=multi-user.target
`;

const files: Readonly<Record<string, string>> = {
  '/srv/jitsi/docker-compose.yml': compose,
  '/srv/jitsi/docker-compose.override.yml': override,
  '/srv/jitsi/.env': passwords,
  '/srv/jitsi/.env_global': shared,
  '/srv/jitsi/coturn/turnserver.conf': relay,
  '/usr/local/sbin/renew_turn_cert.sh': renewal,
  '/etc/nginx/sites-available/jitsi.conf': site,
  '/etc/haproxy/haproxy.cfg': balancer,
  '/etc/systemd/system/go-mmproxy-ssl.service': mmproxy,
};

const order = (domain: string) =>
  `certbot certonly --non-interactive --agree-tos --email admin@example.test --webroot --webroot-path /var/www/html --domain ${domain}`;

/** Sets the server up by hand, as the guide says: containers, certificates, nginx, go-mmproxy, HAProxy. */
export async function makeByHand(): Promise<void> {
  // The last two are not in the guide, but an undo leaves packages, and the listings are compared.
  await installPackages(`nginx haproxy go-mmproxy certbot docker-compose ${docker} apparmor nftables`);
  await guest('mkdir -p /srv/jitsi/coturn /srv/jitsi/prosody && chown 1000:1000 /srv/jitsi/prosody');
  for (const [path, content] of Object.entries(files)) await guest(`cat >${path}`, content);
  await guest('chmod 755 /usr/local/sbin/renew_turn_cert.sh && chmod 644 /srv/jitsi/coturn/turnserver.conf');
  await guest(`${order('meet.example.test')} 2>&1`);
  await guest(`${order('turn.example.test')} --deploy-hook /usr/local/sbin/renew_turn_cert.sh 2>&1`);
  await guest(
    'cd /srv/jitsi && $(docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) up -d 2>&1',
  );
  await guest('ln -s /etc/nginx/sites-available/jitsi.conf /etc/nginx/sites-enabled/ && systemctl restart nginx');
  await guest('adduser --system mmproxy 2>&1');
  await guest('systemctl daemon-reload && systemctl enable --quiet --now go-mmproxy-ssl && systemctl restart haproxy');
}
