import type {Blueprint} from './blueprint.ts';
import {jitsiService, type Service} from './service.ts';

/** Serves the meeting pages and passes signalling on to Prosody. */
export function web(blueprint: Blueprint): Service {
  const {domain, ipv6, ports} = blueprint;
  return jitsiService(blueprint, {
    name: 'web',
    title: 'Meeting pages',
    image: 'web',
    environment: {
      PUBLIC_URL: `https://${domain}`,
      // nginx on the host terminates TLS.
      DISABLE_HTTPS: '1',
      ENABLE_IPV6: ipv6 ? '1' : '0',
    },
    ports: [`127.0.0.1:${ports.web}:8000`],
    volumes: ['./web:/config', './storage/web:/storage', './storage/transcripts:/usr/share/jitsi-meet/transcripts'],
    healthcheck: ['curl', '--fail', '--silent', '--show-error', '--output', '/dev/null', 'http://127.0.0.1:8000/'],
    aliases: ['meet.jitsi'],
    directories: ['web', 'storage/web', 'storage/transcripts'],
    reads: [],
  });
}
