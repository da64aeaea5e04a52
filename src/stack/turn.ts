import type {Resource} from '../model/resource.ts';
import {Secret} from '../model/secret.ts';
import {certificateCopy, certificateCopyId} from '../resources/certificate-copy.ts';
import {absentDirectory, directoryId} from '../resources/directory.ts';
import {file, fileId} from '../resources/file.ts';
import {standInId} from '../resources/stand-in-certificate.ts';
import type {Blueprint} from './blueprint.ts';
import {turnHook} from './names.ts';
import {quoteCoturn} from './quoting.ts';
import {type Service, turnUser} from './service.ts';
import {type Assets, render} from './template.ts';

// What coturn reads belongs to its user, and to nobody else.
const ownFile = {mode: 0o400, uid: turnUser, gid: turnUser};
const configuration = ({project}: Blueprint) => `${project.directory}/turn/turnserver.conf`;
const certificatesBelow = (directory: string) => `${directory}/turn/certs`;
const certificates = ({project}: Blueprint) => certificatesBelow(project.directory);

/** The relay: takes media from participants who can send to port 443 only, and passes them to the bridge. */
export function turn(blueprint: Blueprint): Service {
  const {images, network, ports} = blueprint;
  return {
    name: 'turn',
    place: 'turn',
    title: 'TURN relay',
    image: images.coturn,
    address: network.turn,
    user: `${turnUser}:${turnUser}`,
    environment: {},
    ports: [`0.0.0.0:${ports.stun}:3478/udp`, `127.0.0.1:${ports.turns}:5349`],
    volumes: ['./turn:/etc/coturn:ro'],
    tmpfs: [`/var/lib/coturn:size=16M,mode=0700,uid=${turnUser},gid=${turnUser}`, '/tmp:size=16M,mode=1777,noexec'],
    // A coturn that could not read its key answers on 3478 all the same: only this port tells.
    healthcheck: ['bash', '-c', '</dev/tcp/127.0.0.1/5349'],
    // Its program carries this as a file capability, and does not start without.
    capabilities: ['NET_BIND_SERVICE'],
    // The secret is in the file: the image's entry point evaluates its arguments, and everybody can read them.
    // It keeps nothing that would have to be saved, and some releases do not listen to the request to stop.
    stopGracePeriod: '2s',
    command: ['-c', '/etc/coturn/turnserver.conf'],
    directories: [{path: 'turn'}, {path: 'turn/certs'}],
    reads: [configuration(blueprint)],
    needs: [fileId(configuration(blueprint)), certificateCopyId(certificates(blueprint))],
  };
}

/** What the relay's container reads: its configuration with the secret, and its copy of the certificate. */
export function turnResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const {turnDomain, network, publicAddress, passwords, project} = blueprint;
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
      secret: passwords.values.TURN_CREDENTIALS.reveal(),
    },
  });
  return [
    file({
      path: configuration(blueprint),
      title: 'Relay configuration',
      place: 'turn',
      content: new Secret(text),
      attributes: ownFile,
      needs: [directoryId(`${project.directory}/turn`), fileId(`${project.directory}/.env`)],
    }),
    relayCertificate({
      name: turnDomain,
      directory: project.directory,
      needs: [directoryId(certificates(blueprint)), standInId(turnDomain), fileId(turnHook)],
    }),
  ];
}

type RelayCertificate = {
  readonly name: string;
  /** The compose project's. */
  readonly directory: string;
  readonly needs: readonly string[];
};

/** The relay's copy of the certificate that is in use for its domain. */
export function relayCertificate({name, directory, needs}: RelayCertificate): Resource {
  return certificateCopy({
    name,
    place: 'turn',
    directory: certificatesBelow(directory),
    attributes: ownFile,
    hook: turnHook,
    needs,
  });
}
