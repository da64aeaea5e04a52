import type {Blueprint} from './blueprint.ts';
import {type EnvironmentValue, jitsiService, type Service} from './service.ts';

/** The XMPP server: rooms, chat, and the participants' credentials for the relay. */
export function prosody(blueprint: Blueprint): Service {
  const {domain, ipv6, network} = blueprint;
  return jitsiService(blueprint, {
    name: 'prosody',
    title: 'XMPP server',
    image: 'prosody',
    environment: {
      PUBLIC_URL: `https://${domain}`,
      ENABLE_IPV6: ipv6 ? '1' : '0',
      JICOFO_AUTH_PASSWORD: {password: 'JICOFO_AUTH_PASSWORD'},
      JVB_AUTH_PASSWORD: {password: 'JVB_AUTH_PASSWORD'},
      // The web container passes the participants' addresses on.
      PROSODY_TRUSTED_PROXIES: `127.0.0.1,::1,${network.web}`,
      ...advertiseRelay(blueprint),
    },
    ports: [],
    volumes: [
      './prosody/config:/config',
      './prosody/plugins:/prosody-plugins-custom',
      './storage/prosody:/var/lib/prosody',
    ],
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    aliases: ['xmpp.meet.jitsi'],
    directories: ['prosody/config', 'prosody/plugins', 'storage/prosody'],
    reads: [`${blueprint.project.directory}/.env`],
  });
}

/**
 * Offers participants the relay over TLS on port 443, where HAProxy recognizes its name, and STUN. TURN over UDP is not offered:
 * the relay reaches only the bridge, and participants who can send UDP reach the bridge directly.
 */
function advertiseRelay({turnDomain, ports}: Blueprint): Readonly<Record<string, EnvironmentValue>> {
  if (turnDomain === undefined) return {};
  return {
    TURN_CREDENTIALS: {password: 'TURN_CREDENTIALS'},
    TURNS_HOST: turnDomain,
    TURNS_PORT: '443',
    STUN_HOST: turnDomain,
    STUN_PORT: String(ports.stun),
  };
}
