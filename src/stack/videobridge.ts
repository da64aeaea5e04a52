import type {Blueprint} from './blueprint.ts';
import {jitsiDirectory, jitsiTmpfs, jitsiUser, type Service} from './service.ts';

/** The bridge: passes audio and video between participants. */
export function videobridge({
  images,
  memory,
  network,
  ports,
  localAddress,
  publicAddress,
  project,
}: Blueprint): Service {
  return {
    name: 'videobridge',
    place: 'videobridge',
    title: 'Videobridge',
    image: `${images.repository}/jvb:${images.tag}`,
    address: network.videobridge,
    user: `${jitsiUser}:${jitsiUser}`,
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
    tmpfs: jitsiTmpfs,
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    directories: [jitsiDirectory('videobridge')],
    reads: [`${project.directory}/.env`],
    needs: [],
  };
}
