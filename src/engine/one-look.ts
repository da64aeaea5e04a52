import type {ContainerState, Host} from '../model/host.ts';

/** Asks the Engine for the containers of a project only once: what only looks at a machine sees one state of it, and sooner. */
export function takeOneLook(host: Host): Host {
  const seen = new Map<string, Promise<readonly ContainerState[]>>();
  const containers = (project: string) => {
    const look = seen.get(project) ?? host.docker.containers(project);
    seen.set(project, look);
    return look;
  };
  return {...host, docker: {...host.docker, containers}};
}
