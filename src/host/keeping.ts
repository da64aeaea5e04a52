import type {Files, Host} from '../model/host.ts';
import {createKeeper, type Sight} from './keeper.ts';
import {lookAtPath, walk} from './look-at-path.ts';
import {findAtStake} from './look-before-command.ts';

/** Where the state before our first change of anything is kept for good. */
export const originalsDirectory = '/var/lib/jitsi-onebox/originals';

/** Where a run keeps what it replaced. */
export const beforeDirectory = (runDirectory: string) => `${runDirectory}/before`;

type KeepingPlaces = {readonly runDirectory: string; readonly sealKey?: string};

/**
 * The same host, but how a thing is gets recorded before it changes: into `originals` before the first change ever, for
 * uninstall, and into the run's `before/`, for undo. It looks at the real machine, whatever the host is.
 */
export function keepOriginals(
  host: Host,
  {originals = originalsDirectory, runDirectory, sealKey}: KeepingPlaces & {readonly originals?: string},
): Host {
  return keepIn(host, [originals, beforeDirectory(runDirectory)], sealKey);
}

/** The same for a run that goes back: what it finds is not how the host was before us. */
export function keepBefore(host: Host, {runDirectory, sealKey}: KeepingPlaces): Host {
  return keepIn(host, [beforeDirectory(runDirectory)], sealKey);
}

function keepIn(host: Host, stores: readonly string[], sealKey?: string): Host {
  const keep = createKeeper(stores, sealKey);
  const keepPath = (path: string) => keep('path', path, () => lookAtPath(path));
  return {
    ...host,
    files: keepPaths(host.files, keepPath),
    docker: {
      ...host.docker,
      async pull(name, following) {
        await keep('image', name, () => lookAtImage(host, name));
        await host.docker.pull(name, following);
      },
    },
    async run(command, following) {
      for (const {thing, name, look} of await findAtStake(host, command)) await keep(thing, name, look);
      return host.run(command, following);
    },
  };
}

async function lookAtImage({docker}: Host, name: string): Promise<Sight> {
  const value = await docker.imageDigest(name);
  return {was: value === undefined ? {type: 'absent'} : {type: 'value', value}};
}

function keepPaths(files: Files, keepPath: (path: string) => Promise<void>): Files {
  return {
    ...files,
    async write(path, content, attributes) {
      await keepPath(path);
      await files.write(path, content, attributes);
    },
    async setAttributes(path, attributes) {
      await keepPath(path);
      await files.setAttributes(path, attributes);
    },
    async makeDirectory(path, attributes) {
      await keepPath(path);
      await files.makeDirectory(path, attributes);
    },
    async link(path, target) {
      await keepPath(path);
      await files.link(path, target);
    },
    async remove(path) {
      for await (const each of walk(path)) await keepPath(each);
      await files.remove(path);
    },
  };
}
