import type {Resource} from '../model/resource.ts';
import {Secret} from '../model/secret.ts';
import {certificateCopy, certificateCopyId} from '../resources/certificate-copy.ts';
import {absentDirectory, directoryId, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {standInId} from '../resources/stand-in-certificate.ts';
import type {Blueprint} from './blueprint.ts';
import {needsOf} from './container-users.ts';
import {relayedBytes} from './limits.ts';
import {modernCiphers, turnHook} from './names.ts';
import {quoteCoturn} from './quoting.ts';
import type {Service} from './service.ts';
import {type Assets, render} from './template.ts';

// Only coturn's user may read its files.
const ownFile = (uid: number) => ({mode: 0o400, uid, gid: uid});
const configuration = ({project}: Blueprint) => `${project.directory}/turn/turnserver.conf`;
/** The directory of the relay's copy of its certificate. */
export const relayCertificates = ({project}: Blueprint) => `${project.directory}/turn/certs`;

/** The relay: receives media from participants who can only use port 443, and passes them to the bridge. */
export function turn(blueprint: Blueprint): Service {
  const {images, network, ports, users} = blueprint;
  const {uid} = users.turn;
  return {
    name: 'turn',
    place: 'turn',
    title: 'Relay',
    image: images.coturn,
    address: network.turn,
    user: `${uid}:${uid}`,
    environment: {},
    ports: [`0.0.0.0:${ports.stun}:3478/udp`, `127.0.0.1:${ports.turns}:5349`],
    volumes: ['./turn:/etc/coturn:ro'],
    tmpfs: [`/var/lib/coturn:size=16M,mode=0700,uid=${uid},gid=${uid}`, '/tmp:size=16M,mode=1777,noexec'],
    // If coturn could not read its key, port 3478 still answers; only this port does not.
    healthcheck: ['bash', '-c', '</dev/tcp/127.0.0.1/5349'],
    // The binary has this as a file capability and does not start without it.
    capabilities: ['NET_BIND_SERVICE'],
    // It has nothing to save, and some releases ignore the request to stop.
    stopGracePeriod: '2s',
    // The secret is in the file: arguments are visible to everybody, and the image's entry point evaluates them.
    command: ['-c', '/etc/coturn/turnserver.conf'],
    directories: [{path: 'turn'}, {path: 'turn/certs'}],
    reads: [configuration(blueprint)],
    needs: [...needsOf(users.turn), fileId(configuration(blueprint)), certificateCopyId(relayCertificates(blueprint))],
  };
}

/** The files of the relay's container: its configuration with the secret, and its copy of the certificate. */
export function turnResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {turnDomain, network, publicAddress, passwords, project, limits, users} = blueprint;
  if (turnDomain === undefined) {
    return [
      absentDirectory({path: `${project.directory}/turn`, title: 'Relay configuration', place: 'turn', needs: []}),
    ];
  }
  const text = render({
    template: assets('coturn/turnserver.conf'),
    quote: quoteCoturn,
    values: {
      domain: turnDomain,
      publicAddress,
      bridge: network.videobridge,
      ciphers: modernCiphers,
      userQuota: limits.relay.user,
      totalQuota: limits.relay.total,
      bytesPerSecond: relayedBytes,
      secret: passwords.values.TURN_CREDENTIALS.reveal(),
    },
  });
  return [
    file({
      path: configuration(blueprint),
      title: 'Relay configuration',
      place: 'turn',
      content: new Secret(text),
      attributes: ownFile(users.turn.uid),
      needs: [directoryId(`${project.directory}/turn`), fileId(`${project.directory}/.env`)],
    }),
    certificateCopy({
      name: turnDomain,
      place: 'turn',
      directory: relayCertificates(blueprint),
      attributes: ownFile(users.turn.uid),
      hook: turnHook,
      needs: [directoryId(relayCertificates(blueprint)), standInId(turnDomain), fileId(turnHook)],
    }),
  ];
}
