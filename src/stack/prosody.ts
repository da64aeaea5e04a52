import type {Blueprint} from './blueprint.ts';
import {type EnvironmentValue, jitsiDirectory, jitsiTmpfs, jitsiUser, type Service} from './service.ts';

/** The XMPP server: rooms, chat, and the credentials that participants get for the relay. */
export function prosody(blueprint: Blueprint): Service {
  const {domain, ipv6, images, network} = blueprint;
  return {
    name: 'prosody',
    place: 'prosody',
    title: 'XMPP server',
    image: `${images.repository}/prosody:${images.tag}`,
    address: network.prosody,
    user: `${jitsiUser}:${jitsiUser}`,
    environment: {
      PUBLIC_URL: `https://${domain}`,
      ENABLE_IPV6: ipv6 ? '1' : '0',
      JICOFO_AUTH_PASSWORD: {password: 'JICOFO_AUTH_PASSWORD'},
      JVB_AUTH_PASSWORD: {password: 'JVB_AUTH_PASSWORD'},
      // The participants' addresses come to it through the web container.
      PROSODY_TRUSTED_PROXIES: `127.0.0.1,::1,${network.web}`,
      ...advertiseRelay(blueprint),
    },
    ports: [],
    volumes: [
      './prosody/config:/config',
      './prosody/plugins:/prosody-plugins-custom',
      './storage/prosody:/var/lib/prosody',
    ],
    tmpfs: jitsiTmpfs,
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    aliases: ['xmpp.meet.jitsi'],
    directories: ['prosody/config', 'prosody/plugins', 'storage/prosody'].map(jitsiDirectory),
    reads: [`${blueprint.project.directory}/.env`],
    needs: [],
  };
}

/**
 * What participants are told of the relay: TLS on 443, where HAProxy finds it by its name, and STUN. Not TURN over UDP: the relay
 * reaches the bridge alone, and who can send UDP reaches that directly.
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
