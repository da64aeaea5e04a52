import type {Resource} from '../model/resource.ts';
import {directoryId, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import type {Blueprint} from './blueprint.ts';
import {brandedWeb} from './branding/resources.ts';
import {accountIds} from './container-accounts.ts';
import {extraVariables} from './extras.ts';
import type {EnvironmentValue} from './passwords.ts';
import {peopleVariables} from './people.ts';
import {quoteNginx} from './quoting.ts';
import {jitsiService, type Service} from './service.ts';
import {type Assets, render} from './template.ts';

const webCustom = ({project}: Blueprint) => `${project.directory}/web/nginx-custom`;
const realAddress = (blueprint: Blueprint) => `${webCustom(blueprint)}/real-address.conf`;

/** The web container's configuration that makes it believe which address nginx on the host reports. */
export function webResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {gateway} = blueprint.network;
  return [
    file({
      path: realAddress(blueprint),
      title: "Participants' addresses",
      place: 'web',
      content: render({template: assets('web/real-address.conf'), quote: quoteNginx, values: {gateway}}),
      needs: [directoryId(webCustom(blueprint))],
    }),
  ];
}

/** Serves the meeting pages and passes signalling on to Prosody. */
export function web(blueprint: Blueprint): Service {
  const {domain, ipv6, ports} = blueprint;
  const branded = brandedWeb(blueprint);
  return jitsiService(blueprint, {
    name: 'web',
    title: 'Meeting pages',
    image: 'web',
    environment: {
      PUBLIC_URL: `https://${domain}`,
      // nginx on the host terminates TLS.
      DISABLE_HTTPS: '1',
      ENABLE_IPV6: ipv6 ? '1' : '0',
      ...peopleVariables(blueprint.people).web,
      ...extraVariables(blueprint),
      ...branded.environment,
    },
    ports: [`127.0.0.1:${ports.web}:8000`],
    volumes: [
      './web:/config',
      './storage/web:/storage',
      './storage/transcripts:/usr/share/jitsi-meet/transcripts',
      ...branded.volumes,
    ],
    healthcheck: ['curl', '--fail', '--silent', '--show-error', '--output', '/dev/null', 'http://127.0.0.1:8000/'],
    aliases: ['meet.jitsi'],
    directories: ['web', 'web/nginx-custom', 'storage/web', 'storage/transcripts', ...branded.directories],
    reads: [realAddress(blueprint), ...branded.reads],
    needs: [fileId(realAddress(blueprint)), ...branded.needs],
  });
}

/** The conference focus: assigns participants to the bridge. */
export function jicofo(blueprint: Blueprint): Service {
  const {memory, project} = blueprint;
  return jitsiService(blueprint, {
    name: 'jicofo',
    title: 'Conference focus',
    image: 'jicofo',
    environment: {
      JICOFO_AUTH_PASSWORD: {password: 'JICOFO_AUTH_PASSWORD'},
      // Without this, the URL of its health check answers 404.
      JICOFO_ENABLE_HEALTH_CHECKS: '1',
      JICOFO_MAX_MEMORY: memory.jicofo,
      ...peopleVariables(blueprint.people).jicofo,
    },
    ports: [],
    volumes: ['./jicofo:/config'],
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    directories: ['jicofo'],
    reads: [`${project.directory}/.env`],
    needs: accountIds,
  });
}

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
      // The web container passes on which addresses nginx on the host reports.
      PROSODY_TRUSTED_PROXIES: `127.0.0.1,::1,${network.web}`,
      ...peopleVariables(blueprint.people).prosody,
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
    needs: accountIds,
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

/** The bridge: passes audio and video between participants. */
export function videobridge(blueprint: Blueprint): Service {
  const {memory, ports, localAddress, publicAddress, project} = blueprint;
  return jitsiService(blueprint, {
    name: 'videobridge',
    title: 'Videobridge',
    image: 'jvb',
    environment: {
      JVB_AUTH_PASSWORD: {password: 'JVB_AUTH_PASSWORD'},
      JVB_PORT: String(ports.media),
      // The local address too: many routers do not support hairpin NAT.
      JVB_ADVERTISE_IPS: [...new Set([localAddress, publicAddress])].join(','),
      JVB_DISABLE_STUN: '1',
      VIDEOBRIDGE_MAX_MEMORY: memory.videobridge,
    },
    // IPv4 only: over [::] every participant would appear with the address of Docker's gateway.
    ports: [`0.0.0.0:${ports.media}:${ports.media}/udp`],
    volumes: ['./videobridge:/config'],
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    directories: ['videobridge'],
    reads: [`${project.directory}/.env`],
    needs: accountIds,
  });
}
