import type {Blueprint} from './blueprint.ts';
import {jitsiDirectory, jitsiTmpfs, jitsiUser, type Service} from './service.ts';

/** Serves the meeting pages and passes signalling on to Prosody. */
export function web({domain, ipv6, ports, images, network}: Blueprint): Service {
  return {
    name: 'web',
    place: 'web',
    title: 'Meeting pages',
    image: `${images.repository}/web:${images.tag}`,
    address: network.web,
    user: `${jitsiUser}:${jitsiUser}`,
    environment: {
      PUBLIC_URL: `https://${domain}`,
      // nginx on the host terminates TLS.
      DISABLE_HTTPS: '1',
      ENABLE_IPV6: ipv6 ? '1' : '0',
    },
    ports: [`127.0.0.1:${ports.web}:8000`],
    volumes: ['./web:/config', './storage/web:/storage', './storage/transcripts:/usr/share/jitsi-meet/transcripts'],
    tmpfs: jitsiTmpfs,
    healthcheck: ['curl', '--fail', '--silent', '--show-error', '--output', '/dev/null', 'http://127.0.0.1:8000/'],
    aliases: ['meet.jitsi'],
    directories: ['web', 'storage/web', 'storage/transcripts'].map(jitsiDirectory),
    reads: [],
    needs: [],
  };
}
