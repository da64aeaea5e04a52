import type {ContainerState, Host} from '../model/host.ts';

/** The compose file, and whether somebody changed a service's definition in a text of it. */
export type Definitions = {readonly path: string; isEdited(service: string, text: string): boolean};

/** The containers that may have been made from a definition that somebody changed by hand: their label is not theirs. */
export async function findEdited(
  host: Host,
  {path, isEdited}: Definitions,
  containers: readonly ContainerState[],
): Promise<readonly ContainerState[]> {
  const [text, state] = await Promise.all([host.files.read(path), host.files.stat(path)]);
  if (text === undefined || state === undefined) return [];
  // An older one is of the definition that stood there before.
  return containers.filter(({service, started = 0}) => started > state.modified && isEdited(service, text));
}
