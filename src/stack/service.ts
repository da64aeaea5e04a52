import type {Place} from '../model/place.ts';
import type {DirectoryOptions} from '../resources/directory.ts';
import type {PasswordName} from './passwords.ts';

/** A value of a container's environment: text, or a password that compose takes from .env. */
export type EnvironmentValue = string | {readonly password: PasswordName};

/** Whether a value is a password that compose takes from .env. */
export function isPassword(value: unknown): value is Exclude<EnvironmentValue, string> {
  return typeof value === 'object' && value !== null && 'password' in value;
}

/** One container of the stack, in the words of its box; `compose.ts` adds what all of them share. */
export type Service = {
  /** Its name in the compose file, and the box of the map where it belongs. */
  readonly name: 'web' | 'prosody' | 'jicofo' | 'videobridge' | 'turn';
  readonly place: Place;
  readonly title: string;
  readonly image: string;
  readonly address: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  /** `address:port:port/protocol` of this host, as compose takes them. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly healthcheck: readonly string[];
  readonly aliases?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly command?: readonly string[];
  /** How long Docker waits for it to stop by itself, where its own 10 s are too long. */
  readonly stopGracePeriod?: string;
  /** Directories on the host that it is given, relative to the project's. */
  readonly directories: readonly Pick<DirectoryOptions, 'path' | 'attributes'>[];
  /** Files on the host that it reads only when it starts. */
  readonly reads: readonly string[];
  /** Ids of what must be there before it starts, beside what every service needs. */
  readonly needs: readonly string[];
};

/** The user that Jitsi's images run as. */
export const jitsiUser = 1000;
/** The user that coturn's image runs as. */
export const turnUser = 65_534;

/**
 * Jitsi's images unpack their configuration, and the bridge its native libraries, below /run: executable, 32 MiB, and their own,
 * since without setuid their init cannot make it so.
 */
export const jitsiTmpfs = [
  `/run:size=32M,mode=1750,exec,uid=${jitsiUser},gid=${jitsiUser}`,
  '/tmp:size=16M,mode=1777,noexec',
] as const;

/** A directory of a Jitsi container: missing, Docker would make it root's, and the container refuse to start. */
export function jitsiDirectory(path: string): Service['directories'][number] {
  return {path, attributes: {mode: 0o755, uid: jitsiUser, gid: jitsiUser}};
}
