import {access} from 'node:fs/promises';
import type Dockerode from 'dockerode';
import type {ContainerState, Docker} from '../model/host.ts';
import {pullImage} from './pull-image.ts';

/** Makes the Engine's door. */
export function createDocker(socket: string): Docker {
  let engine: Promise<Dockerode> | undefined;
  const open = () => {
    engine ??= import('dockerode').then(({default: Engine}) => new Engine({socketPath: socket}));
    return engine;
  };
  // Where there is no Engine yet, its library would be loaded for nothing.
  const find = () => access(socket).then(open);
  return {
    imageDigest: name => askOrNothing(async () => digestOf(name, await (await find()).getImage(name).inspect())),
    containers: async project => (await askOrNothing(async () => listContainers(await find(), project))) ?? [],
    pull: async (name, following) => pullImage(await open(), name, following),
  };
}

const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';

async function listContainers(engine: Dockerode, project: string): Promise<ContainerState[]> {
  const found = await engine.listContainers({all: true, filters: {label: [`${projectLabel}=${project}`]}});
  // A container that is removed between the two questions does not count.
  const states = await Promise.all(found.map(({Id}) => askOrNothing(() => engine.getContainer(Id).inspect())));
  return states.filter(state => state !== undefined).map(describe);
}

function describe({Id, Config, State}: Dockerode.ContainerInspectInfo): ContainerState {
  const started = Date.parse(State.StartedAt);
  return {
    id: Id,
    service: Config.Labels[serviceLabel] ?? '',
    labels: Config.Labels,
    running: State.Running,
    health: healthOf(State.Health?.Status),
    // The Engine writes the year 1 for "never".
    started: started > 0 ? started : undefined,
    healthOutput: State.Health?.Log?.at(-1)?.Output.trim() ?? '',
  };
}

function healthOf(status: string | undefined): ContainerState['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

/** Of an image known by several names, the digest it was pulled by under this one. */
function digestOf(name: string, {Id, RepoDigests}: Dockerode.ImageInspectInfo): string {
  const repository = name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const pulled = RepoDigests?.find(digest => digest.startsWith(`${repository}@`)) ?? RepoDigests?.[0];
  return pulled?.split('@')[1] ?? Id;
}

/** No Engine, none that answers, or no such thing: nothing is there. */
async function askOrNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const {code, statusCode} = error as {code?: string; statusCode?: number};
    if (statusCode === 404 || code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}
