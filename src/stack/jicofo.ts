import type {Blueprint} from './blueprint.ts';
import {jitsiDirectory, jitsiTmpfs, jitsiUser, type Service} from './service.ts';

/** The conference focus: assigns participants to the bridge. */
export function jicofo({images, memory, network, project}: Blueprint): Service {
  return {
    name: 'jicofo',
    place: 'jicofo',
    title: 'Conference focus',
    image: `${images.repository}/jicofo:${images.tag}`,
    address: network.jicofo,
    user: `${jitsiUser}:${jitsiUser}`,
    environment: {
      JICOFO_AUTH_PASSWORD: {password: 'JICOFO_AUTH_PASSWORD'},
      // Without this, the URL of its health check answers 404.
      JICOFO_ENABLE_HEALTH_CHECKS: '1',
      JICOFO_MAX_MEMORY: memory.jicofo,
    },
    ports: [],
    volumes: ['./jicofo:/config'],
    tmpfs: jitsiTmpfs,
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    directories: [jitsiDirectory('jicofo')],
    reads: [`${project.directory}/.env`],
    needs: [],
  };
}
