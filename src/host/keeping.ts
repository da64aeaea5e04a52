import type {Files, Host} from '../model/host.ts';
import type {Recorder} from '../model/snapshot.ts';
import {lookAtPath, walk} from './look-at-path.ts';
import {findAtStake} from './look-before-command.ts';

/** Records how things are before commands change them: for kinds that do not record by themselves yet. */
export function recordChanges(host: Host, record: Recorder): Host {
  const keep = async (path: string) => record([{thing: 'path', name: path, ...(await lookAtPath(path))}]);
  return {
    ...host,
    files: recordPaths(host.files, keep),
    docker: {
      ...host.docker,
      async pull(name, following) {
        const value = await host.docker.imageDigest(name);
        await record([{thing: 'image', name, was: value === undefined ? {type: 'absent'} : {type: 'value', value}}]);
        await host.docker.pull(name, following);
      },
    },
    async run(command, following) {
      for (const {thing, name, look} of await findAtStake(host, command))
        await record([{thing, name, ...(await look())}]);
      return host.run(command, following);
    },
  };
}

function recordPaths(files: Files, keepPath: (path: string) => Promise<void>): Files {
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
