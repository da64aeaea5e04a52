import type {Blueprint} from './blueprint.ts';
import {jitsiService, type Service} from './service.ts';

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
    },
    ports: [],
    volumes: ['./jicofo:/config'],
    healthcheck: ['/usr/local/bin/healthcheck.sh'],
    directories: ['jicofo'],
    reads: [`${project.directory}/.env`],
  });
}
