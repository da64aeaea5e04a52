import type {Place} from '../model/place.ts';
import type {DirectoryOptions} from '../resources/path.ts';
import type {Blueprint} from './blueprint.ts';
import {needsOf} from './container-users.ts';
import type {JitsiName, ServiceName} from './names.ts';
import type {EnvironmentValue} from './passwords.ts';

export function isPassword(value: unknown): value is Exclude<EnvironmentValue, string> {
  return typeof value === 'object' && value !== null && 'password' in value;
}

/** One container of the stack. `compose.ts` adds everything that all containers share. */
export type Service = {
  readonly name: ServiceName;
  readonly place: Place;
  readonly title: string;
  readonly image: string;
  readonly address: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  /** Published ports in compose's form: `address:port:port/protocol`. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly healthcheck: readonly string[];
  readonly aliases?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly command?: readonly string[];
  /** How long Docker waits for the container to stop, if not its default of 10 s. */
  readonly stopGracePeriod?: string;
  /** Directories on the host, relative to the project's. */
  readonly directories: readonly Pick<DirectoryOptions, 'path' | 'attributes'>[];
  /** Files on the host that the container reads only at its start. */
  readonly reads: readonly string[];
  /** Ids of resources that this container needs besides those that every container needs. */
  readonly needs: readonly string[];
};

type JitsiService = Omit<Service, 'name' | 'place' | 'address' | 'user' | 'tmpfs' | 'directories' | 'needs'> & {
  readonly name: JitsiName;
  readonly directories: readonly string[];
  readonly needs?: readonly string[];
};

/** Completes the service of a Jitsi image with everything that these images share. */
export function jitsiService({images, network, options, users: {jitsi}}: Blueprint, service: JitsiService): Service {
  const {uid} = jitsi;
  return {
    ...service,
    environment: {...options[service.name], ...service.environment},
    place: service.name,
    image: `${images.repository}/${service.image}:${images.tag}`,
    address: network[service.name],
    user: `${uid}:${uid}`,
    // The images unpack configuration, and the bridge its native libraries, below /run. So it must be executable, hold 32 MiB, and
    // belong to their user: their init cannot change that without setuid.
    tmpfs: [`/run:size=32M,mode=1750,exec,uid=${uid},gid=${uid}`, '/tmp:size=16M,mode=1777,noexec'],
    // If a directory were missing, Docker would create it for root, and the container would not start.
    directories: service.directories.map(path => ({path, attributes: {mode: 0o755, uid, gid: uid}})),
    needs: [...needsOf(jitsi), ...(service.needs ?? [])],
  };
}
