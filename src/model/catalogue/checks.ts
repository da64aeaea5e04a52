import {callChecks, conferenceCheck, relayedCallChecks} from './call-checks.ts';
import {certificateChecks} from './certificate-checks.ts';
import {dockerChecks} from './docker-checks.ts';
import type {Entry} from './entry.ts';
import {routerChecks} from './router-checks.ts';

/** The checks. A failed check reports its meaning as what is wrong, unless it knows more, and its remedy as what to do. */
export const checks = {
  ...routerChecks,
  'public-loopback': {
    title: 'Public address from the local network',
    place: 'router',
    isSoft: true,
    meaning:
      'Participants on the local network cannot use the public address: the router does not support hairpin NAT.',
    remedy:
      'Enable "NAT loopback" (hairpin) in the router, or let your local DNS resolve the name to the local address.',
  },
  'meet-name': {
    title: 'Name of the server in the DNS',
    place: 'router',
    meaning: 'The domain has no DNS entry, so nobody finds the server.',
    remedy: 'Let it resolve to the public address of the server.',
    shownBy: 'jitsi-onebox check DOMAIN',
  },
  'service-nginx': {
    title: 'nginx service',
    place: 'nginx',
    meaning: 'nginx.service is not active: neither the meeting page nor your other web sites are served.',
    remedy: 'Look at `journalctl -u nginx.service`, then run `jitsi-onebox apply`.',
  },
  'meet-certificate': {
    title: 'Certificate of the meeting domain',
    place: 'nginx',
    meaning: 'Browsers do not trust the certificate of the meeting domain.',
    remedy:
      'Point the domain at the public address, let port 80 in (on the host first, then in the router), then run `jitsi-onebox apply` on the host.',
  },
  ...certificateChecks,
  'http-redirect': {
    title: 'Redirect from http to https',
    place: 'nginx',
    meaning: 'Port 80 does not redirect to https.',
    remedy: 'Run `jitsi-onebox apply` on the host, and let port 80 in: the certificate authority uses that port too.',
  },
  sites: {
    title: 'Other sites on this host',
    place: 'nginx',
    meaning: 'A site of the setting sites does not answer on port 443, or shows a certificate that is not its own.',
    remedy: 'See `jitsi-onebox sites list`, then run `jitsi-onebox apply`.',
  },
  'own-sites': {
    title: 'Your other web sites',
    place: 'nginx',
    meaning: 'A web site that nginx served before the run no longer answers as it did.',
    remedy: 'See `nginx -t` and `systemctl status nginx`.',
    shownBy: 'sudo jitsi-onebox attach',
  },
  'service-haproxy': {
    title: 'HAProxy service',
    place: 'haproxy',
    meaning: 'haproxy.service is not active: nothing answers on port 443.',
    remedy: 'Look at `journalctl -u haproxy.service`, then run `jitsi-onebox apply`.',
  },
  'client-address-chain': {
    title: 'Client addresses through HAProxy',
    place: 'haproxy',
    isSoft: true,
    meaning: 'A participant who connects to port 443 does not reach nginx with their own address.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `journalctl -u go-mmproxy-ssl` and `ip rule`.',
  },
  'service-mmproxy': {
    title: 'go-mmproxy service',
    place: 'mmproxy',
    meaning: 'go-mmproxy-ssl.service is not active: HAProxy cannot hand pages over to nginx.',
    remedy: 'Look at `journalctl -u go-mmproxy-ssl.service`, then run `jitsi-onebox apply`.',
  },
  'mmproxy-routes': {
    title: 'Return routing for nginx',
    place: 'mmproxy',
    meaning: 'The routing rules that bring the answers of nginx back to go-mmproxy are wrong, so connections hang.',
    remedy:
      'Run `jitsi-onebox apply`, which puts our rule before those of others. If the fault returns, find out which program changes `ip rule`.',
  },
  'client-address': {
    title: 'Client addresses over IPv4',
    place: 'mmproxy',
    meaning: 'nginx does not see the IPv4 addresses of participants.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `journalctl -u go-mmproxy-ssl` and `ip rule`.',
  },
  'client-address-ipv6': {
    title: 'Client addresses over IPv6',
    place: 'mmproxy',
    meaning: 'nginx does not see the IPv6 addresses of participants.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `journalctl -u go-mmproxy-ssl` and `ip rule`.',
  },
  'container-web': {
    title: 'Web container',
    place: 'web',
    meaning: 'The container with the meeting page is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the web container.',
  },
  'meet-https': {
    title: 'Meeting page',
    place: 'web',
    meaning: 'The meeting page is not served over https.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at /var/log/nginx/error.log there.',
  },
  'container-prosody': {
    title: 'Prosody container',
    place: 'prosody',
    meaning: 'The container that connects participants and passes their messages on is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the prosody container.',
  },
  bosh: {
    title: 'Signalling without websockets',
    place: 'prosody',
    meaning: 'Participants whose network blocks websockets cannot join: /http-bind does not answer.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of prosody there.',
  },
  'xmpp-websocket': {
    title: 'Websocket for signalling',
    place: 'prosody',
    meaning: 'The websocket of the meeting does not open, so participants cannot join.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of prosody there.',
  },
  'xmpp-login': {
    title: 'Guest login',
    place: 'prosody',
    meaning: 'Guests cannot log in.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of prosody there.',
  },
  'turn-credentials': {
    title: 'Credentials for the relay',
    place: 'prosody',
    meaning:
      'Participants do not learn how to reach the relay, so those behind strict firewalls have neither audio nor video.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of prosody there.',
  },
  'container-jicofo': {
    title: 'Jicofo container',
    place: 'jicofo',
    meaning: 'The container that assigns participants to the bridge is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the jicofo container.',
  },
  'jicofo-login': {
    title: 'Login of Jicofo',
    place: 'jicofo',
    meaning: 'Jicofo has a wrong password: Prosody does not let it in, so no conference begins.',
    remedy:
      'Run `jitsi-onebox apply`. If it changes nothing, Prosody has kept an older password: `jitsi-onebox doctor` says how to renew it.',
  },
  ...conferenceCheck,
  'container-videobridge': {
    title: 'Videobridge container',
    place: 'videobridge',
    meaning: 'The container that passes audio and video on is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the videobridge container.',
  },
  'videobridge-login': {
    title: 'Login of the videobridge',
    place: 'videobridge',
    meaning: 'The bridge has a wrong password: Prosody does not let it in, so there is neither audio nor video.',
    remedy:
      'Run `jitsi-onebox apply`. If it changes nothing, Prosody has kept an older password: `jitsi-onebox doctor` says how to renew it.',
  },
  ...callChecks,
  'container-turn': {
    title: 'Relay container',
    place: 'turn',
    meaning: 'The container of the relay is not running or not healthy.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, look at `docker logs` of the turn container.',
  },
  'turn-certificate': {
    title: 'Certificate of the relay domain',
    place: 'turn',
    meaning:
      'Browsers do not trust the certificate of the relay, or cannot reach the relay under its name on port 443.',
    remedy: 'Point the domain of the relay at the public address, then run `jitsi-onebox apply` on the host.',
  },
  'turn-allocation': {
    title: 'TURN allocation over TLS on port 443',
    place: 'turn',
    meaning: 'The relay refuses allocations, so participants behind strict firewalls have neither audio nor video.',
    remedy: 'Run `jitsi-onebox apply` on the host. If it changes nothing, look at `docker logs` of turn there.',
  },
  ...relayedCallChecks,
  'turn-denies-loopback': {
    title: 'Relay blocks its own host',
    place: 'turn',
    meaning: 'Through the relay, strangers can reach programs on its own host.',
    remedy:
      'Run `jitsi-onebox apply` on the host at once: it writes turnserver.conf again, which permits only the bridge.',
  },
  'turn-denies-lan': {
    title: 'Relay blocks the local network',
    place: 'turn',
    meaning: 'Through the relay, strangers can reach the local network.',
    remedy:
      'Run `jitsi-onebox apply` on the host at once: it writes turnserver.conf again, which permits only the bridge.',
  },
  'turn-denies-prosody': {
    title: 'Relay blocks the other containers',
    place: 'turn',
    meaning: 'Through the relay, strangers can reach the containers next to the bridge.',
    remedy:
      'Run `jitsi-onebox apply` on the host at once: it writes turnserver.conf again, which permits only the bridge.',
  },
  'stun-port': {
    title: 'Address lookup with STUN',
    place: 'turn',
    meaning: 'Participants cannot learn their own public address with STUN, which direct calls of two need.',
    remedy:
      'Run `jitsi-onebox status` on the host: it looks at the host first. If all is well there, forward 3478/udp in the router.',
  },
  'packet-filter': {
    title: 'Packet filter of this host',
    place: 'host',
    meaning: 'A rule of the packet filter (nft, iptables, ufw or firewalld) stops what participants send.',
    remedy: 'Accept the ports before the rule that the evidence names.',
  },
  ...dockerChecks,
  'backup-age': {
    title: 'Age of the newest backup',
    place: 'host',
    meaning: 'The timer has not made a backup for days, or the last one failed.',
    remedy: 'Look at `journalctl -u jitsi-onebox-backup`, then run `sudo systemctl start jitsi-onebox-backup`.',
  },
  'restart-needed': {
    title: 'Updates in use',
    place: 'host',
    meaning: 'An update is installed, but a service or the kernel still runs as it was before.',
    remedy: 'Restart the service that the evidence names, or reboot the machine, outside of meetings.',
  },
  'udp-buffers': {
    title: 'Kernel buffers for UDP media',
    place: 'host',
    isSoft: true,
    meaning: 'The kernel does not allow large UDP buffers here, as in a container.',
    remedy:
      'If large meetings stutter, set net.core.rmem_max=10485760 on the host of this container or virtual machine.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
