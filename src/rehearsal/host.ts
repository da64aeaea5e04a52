import type {FileState, Host} from '../model/host.ts';

/** Creates the host of a recorded machine: it has these files, nothing is installed on it, and it cannot be changed. */
export function createRecordedHost(files: Readonly<Record<string, string>>): Host {
  const nothing = async () => undefined;
  return {
    query: async ({argv}) => ({exitCode: 127, stdout: '', stderr: `${argv[0]}: not found`}),
    run: ({argv}) => refuse(`run ${argv[0]}`),
    files: {
      read: async path => files[path],
      readBytes: nothing,
      // No run begins without systemd.
      stat: async path => (path === '/run/systemd/system' ? directory : undefined),
      readLink: nothing,
      resolve: nothing,
      list: nothing,
      write: path => refuse(`write ${path}`),
      setAttributes: path => refuse(`set the attributes of ${path}`),
      makeDirectory: path => refuse(`make the directory ${path}`),
      link: path => refuse(`link ${path}`),
      remove: path => refuse(`remove ${path}`),
    },
    docker: {imageDigest: nothing, containers: async () => [], pull: name => refuse(`pull ${name}`)},
    now: Date.now,
  };
}

const directory: FileState = {type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, modified: 0};

async function refuse(change: string): Promise<never> {
  throw new Error(`A recorded machine cannot ${change}.`);
}
