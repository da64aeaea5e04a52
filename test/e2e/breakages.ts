import {editCompose, editRelay, editSite, signedByItself, turn} from './edits.ts';
import {idOf} from './lab.ts';

/** One thing that is broken on an installed host. */
export type Breakage = {
  /** The command that breaks it. */
  readonly title: string;
  readonly line: string;
  /** The checks that have to fail. */
  readonly codes: readonly string[];
  /** The checks that may fail too, since they depend on the same thing. */
  readonly also?: RegExp;
  /** Whether the failure counts as a start at first, since only a call shows it. */
  readonly isExcused?: true;
};

// The checks that nginx answers.
const pages = /^(meet-|http-|bosh|xmpp-|client-)/;

/** Every breakage that an apply heals. */
export const breakages: readonly Breakage[] = [
  {title: 'nginx is stopped', line: 'systemctl stop nginx', codes: ['service-nginx'], also: pages},
  {
    title: 'HAProxy is stopped',
    line: 'systemctl stop haproxy',
    codes: ['service-haproxy'],
    also: /^(meet-|bosh|xmpp-|client-|turn-certificate)/,
  },
  {
    title: 'go-mmproxy is stopped',
    line: 'systemctl stop go-mmproxy-ssl',
    codes: ['service-mmproxy'],
    also: /^(mmproxy-routes|client-|loopback-ports)/,
  },
  {
    title: "go-mmproxy's rules are deleted",
    line: 'ip rule del pref 12300; ip -6 rule del pref 12300',
    codes: ['mmproxy-routes'],
  },
  {
    title: 'go-mmproxy passes connections to another port',
    line: "sed -i '/^ExecStart=/s/4443/4480/g' /etc/systemd/system/go-mmproxy-ssl.service && systemctl daemon-reload && systemctl restart go-mmproxy-ssl",
    codes: ['client-address', 'client-address-ipv6'],
    also: pages,
  },
  {
    title: 'HAProxy goes past go-mmproxy',
    line: "sed -i '/go-mmproxy/s/4444 send-proxy/4443/' /etc/haproxy/haproxy.cfg && systemctl reload haproxy",
    codes: ['client-address-chain'],
  },
  {title: 'port 80 does not redirect', line: editSite('s/return 301.*/return 404;/'), codes: ['http-redirect']},
  {
    title: "the meeting's settings are gone",
    line: editSite('s#^\\tlocation / {#\\tlocation = /config.js { return 503; }\\n&#'),
    codes: ['meet-https'],
  },
  {
    title: 'BOSH is gone',
    line: editSite('s#^\\tlocation / {#\\tlocation = /http-bind { return 503; }\\n&#'),
    codes: ['bosh'],
  },
  {title: 'the websocket upgrade is removed', line: editSite('/Upgrade $http_upgrade/d'), codes: ['xmpp-websocket']},
  {
    title: 'the certificate is replaced by one that is signed by itself',
    line: `${signedByItself('meet.example.test', '/etc/letsencrypt/live/meet.example.test')} && systemctl reload nginx`,
    codes: ['meet-certificate'],
  },
  {
    title: 'a certificate is replaced, and nginx does not load it',
    line: signedByItself('meet.example.test', '/etc/letsencrypt/live/meet.example.test'),
    codes: ['certificate-served'],
  },
  {title: 'nobody renews certificates', line: 'systemctl stop certbot.timer', codes: ['certificate-renewal']},
  {
    title: 'a deploy hook failed',
    line: "printf '1 2026-01-01T00:00:00Z\\nno\\n' > /var/lib/jitsi-onebox/deployments/meet.example.test",
    codes: ['deploy-hook'],
  },
  {
    title: 'guests are locked out',
    line: editCompose('prosody', 's/^    environment:/&\\n      ENABLE_AUTH: "1"/'),
    codes: ['xmpp-login'],
  },
  {
    title: 'participants are told of no relay',
    line: editCompose('prosody', '/TURNS_HOST/d'),
    codes: ['turn-credentials'],
  },
  {
    title: "jicofo's password is wrong",
    line: editCompose('jicofo', 's/"${JICOFO_AUTH_PASSWORD}"/"wrong"/'),
    codes: ['jicofo-login'],
  },
  {
    title: "the bridge's password is wrong",
    line: editCompose('videobridge', 's/"${JVB_AUTH_PASSWORD}"/"wrong"/'),
    codes: ['videobridge-login'],
  },
  {
    title: 'the bridge shows itself in another room',
    line: editCompose('videobridge', 's/^    environment:/&\\n      JVB_BREWERY_MUC: "nowhere"/'),
    codes: ['conference'],
    isExcused: true,
  },
  {
    title: 'the bridge advertises a wrong address',
    line: editCompose('videobridge', 's/,198.51.100.10/,198.51.100.77/'),
    codes: ['public-address'],
  },
  {
    title: 'the bridge uses another port',
    line: editCompose('videobridge', 's/JVB_PORT: "10000"/JVB_PORT: "10001"/'),
    codes: ['media-port'],
    also: /^turn-relay$/,
  },
  {
    title: 'the bridge is stopped',
    line: `docker stop --time 1 ${idOf('videobridge')}`,
    codes: ['container-videobridge'],
    also: /^conference$/,
  },
  {
    title: 'the TURN secret was changed by hand',
    line: editRelay('s/^static-auth-secret=.*/static-auth-secret=guessed/'),
    codes: ['turn-allocation'],
  },
  {
    title: 'the denied peers cover the bridge',
    line: editRelay('/^allowed-peer-ip/d'),
    codes: ['turn-relay'],
  },
  {
    title: 'the relay leads everywhere, and its port for STUN has moved',
    line: editRelay(
      's/^allowed-peer-ip=.*/allowed-peer-ip=0.0.0.0-255.255.255.255\\nallow-loopback-peers/; s/3478/3479/',
    ),
    codes: ['turn-denies-loopback', 'turn-denies-lan', 'turn-denies-prosody', 'stun-port'],
  },
  {
    title: "the relay's key cannot be read",
    line: `chown root: ${turn}/certs/privkey.pem && docker restart --time 1 ${idOf('turn')} && sleep 1`,
    codes: ['turn-key'],
    also: /^loopback-ports|certificate-served$/,
  },
  {
    title: "the relay's certificate is replaced by one that is signed by itself",
    line: `${signedByItself('turn.example.test', '/etc/letsencrypt/live/turn.example.test')} && RENEWED_LINEAGE=/etc/letsencrypt/live/turn.example.test RENEWED_DOMAINS=turn.example.test /usr/local/sbin/renew_turn_cert.sh`,
    codes: ['turn-certificate'],
  },
  {
    title: 'the hook of the relay did not run after a renewal',
    line: `echo >> ${turn}/certs/fullchain.pem`,
    codes: ['turn-copy'],
  },
  {title: 'a service does not start at boot', line: 'systemctl disable haproxy 2>&1', codes: ['start-at-boot']},
  {
    title: 'the web container is bound to all addresses',
    line: editCompose('web', 's/127.0.0.1:8289/0.0.0.0:8289/'),
    codes: ['loopback-ports'],
    also: /^(container-web|meet-https|bosh|xmpp-websocket)$/,
  },
  {
    title: "Docker's rules are wiped",
    line: 'iptables --table nat --flush DOCKER',
    codes: ['docker-chains'],
    also: /^(stun-port|media-port)$/,
  },
  {
    title: 'the other containers are stopped',
    line: `docker stop --time 1 ${['web', 'prosody', 'jicofo', 'turn'].map(idOf).join(' ')}`,
    codes: ['container-web', 'container-prosody', 'container-jicofo', 'container-turn'],
    also: /^(meet-https|bosh|xmpp-|client-address-chain|turn-certificate|stun-port|loopback-ports)/,
  },
  {
    title: 'Docker is stopped',
    line: 'systemctl stop docker.socket docker.service',
    codes: ['service-docker'],
    also: /./,
  },
];
