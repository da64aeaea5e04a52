import type {Place} from '../model/place.ts';
import type {DirectoryOptions} from '../resources/directory.ts';
import type {PasswordName} from './passwords.ts';

/** An environment variable's value: text, or a password that compose takes from .env. */
export type EnvironmentValue = string | {readonly password: PasswordName};

export function isPassword(value: unknown): value is Exclude<EnvironmentValue, string> {
  return typeof value === 'object' && value !== null && 'password' in value;
}

/** One container of the stack. `compose.ts` adds everything that all containers share. */
export type Service = {
  readonly name: 'web' | 'prosody' | 'jicofo' | 'videobridge' | 'turn';
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

/** The users that the images run as. */
export const jitsiUser = 1000;
export const turnUser = 65_534;

/**
 * Jitsi's images unpack configuration, and the bridge its native libraries, below /run. So it must be executable, hold 32 MiB,
 * and belong to their user: their init cannot change that without setuid.
 */
export const jitsiTmpfs = [
  `/run:size=32M,mode=1750,exec,uid=${jitsiUser},gid=${jitsiUser}`,
  '/tmp:size=16M,mode=1777,noexec',
] as const;

/** Describes a directory of a Jitsi container. If it were missing, Docker would create it for root, and the container would not start. */
export function jitsiDirectory(path: string): Service['directories'][number] {
  return {path, attributes: {mode: 0o755, uid: jitsiUser, gid: jitsiUser}};
}
