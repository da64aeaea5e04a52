import type {Blueprint} from './blueprint.ts';
import {jitsiService, type Service} from './service.ts';

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
  });
}
