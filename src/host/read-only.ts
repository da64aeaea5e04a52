import type {Host} from '../model/host.ts';

/** Makes a host that refuses changes: planning cannot change anything. */
export function createReadOnlyHost(host: Host): Host {
  const {read, readBytes, stat, readLink, resolve, list} = host.files;
  return {
    query: host.query,
    run: ({argv}) => refuse(`run ${argv[0]}`),
    files: {
      read,
      readBytes,
      stat,
      readLink,
      resolve,
      list,
      write: path => refuse(`write ${path}`),
      setAttributes: path => refuse(`set the attributes of ${path}`),
      makeDirectory: path => refuse(`make the directory ${path}`),
      link: path => refuse(`link ${path}`),
      remove: path => refuse(`remove ${path}`),
    },
    docker: {...host.docker, pull: name => refuse(`pull ${name}`)},
    now: host.now,
  };
}

async function refuse(change: string): Promise<never> {
  throw new Error(`Code that only reads the machine tried to ${change}.`);
}
