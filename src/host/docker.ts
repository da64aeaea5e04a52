import {access} from 'node:fs/promises';
import type Dockerode from 'dockerode';
import {type ContainerState, type Docker, registryOf, repositoryOf} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import {readCredentials} from './registry-credentials.ts';

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
    imageDigests: async (name, id = name) =>
      (await askOrNothing(async () => digestsOf(name, await (await find()).getImage(id).inspect()))) ?? [],
    containers: async project => (await askOrNothing(async () => listContainers(await find(), project))) ?? [],
    askRegistry: async name => askRegistry(await open(), name),
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

function describe({Id, Image, Config, State, RestartCount}: Dockerode.ContainerInspectInfo): ContainerState {
  const started = Date.parse(State.StartedAt);
  return {
    id: Id,
    image: Image,
    service: Config.Labels[serviceLabel] ?? '',
    labels: Config.Labels,
    running: State.Running,
    ...(State.Pid > 0 && {pid: State.Pid}),
    health: healthOf(State.Health?.Status),
    // The Engine writes the year 1 for "never".
    started: started > 0 ? started : undefined,
    restarts: RestartCount ?? 0,
    healthOutput: State.Health?.Log?.at(-1)?.Output.trim() ?? '',
  };
}

function healthOf(status: string | undefined): ContainerState['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

/** Of an image known by several names, the digests it was pulled by under this one. */
function digestsOf(name: string, {Id, RepoDigests}: Dockerode.ImageInspectInfo): readonly string[] {
  const all = RepoDigests ?? [];
  const pulled = all.filter(digest => digest.startsWith(`${repositoryOf(name)}@`));
  const digests = (pulled.length > 0 ? pulled : all.slice(0, 1)).map(digest => digest.split('@')[1] ?? Id);
  return digests.length > 0 ? digests : [Id];
}

/** No Engine, none that answers, or no such thing: nothing is there. */
async function askOrNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const {code, statusCode} = error as {code?: string; statusCode?: number};
    // podman's socket resets connections where its service cannot start.
    if (statusCode === 404 || ['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code ?? '')) return undefined;
    throw error;
  }
}

type Following = Parameters<Docker['pull']>[1];

/** Asks through the Engine, which knows its own proxies, mirrors and authorities. */
async function askRegistry(engine: Dockerode, name: string): Promise<string> {
  try {
    const {Descriptor} = await engine.getImage(name).distribution(await authenticate(name));
    return Descriptor.digest;
  } catch (error) {
    throw new Problem({
      code: 'registry-unreachable',
      summary: `${registryOf(name)} does not say what ${name} is now: ${(error as Error).message.trim()}.`,
      remedy: `See that this machine reaches ${registryOf(name)} on port 443 and that the image exists there, then try again.`,
      cause: error,
    });
  }
}

/** Adds what `docker login` left on this host for the registry of an image. */
async function authenticate(name: string) {
  const authconfig = await readCredentials(registryOf(name));
  return authconfig === undefined ? {} : {authconfig};
}

/** One line of the Engine's account of a pull. */
type Report = {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: {readonly current?: number; readonly total?: number};
  readonly error?: string;
};

const silence = 5 * 60_000;

/** Pulls an image through the Engine and reports its bytes, summed over all layers. */
async function pullImage(engine: Dockerode, name: string, {signal, onProgress}: Following): Promise<void> {
  const silent = new AbortController();
  const clock = setTimeout(() => silent.abort(), silence);
  const abortSignal = AbortSignal.any([silent.signal, ...(signal ? [signal] : [])]);
  const account = countBytes(onProgress);
  try {
    const stream = await engine.pull(name, {abortSignal, ...(await authenticate(name))});
    await followReports(engine, stream, report => {
      clock.refresh();
      account(report);
    });
    await engine.getImage(name).inspect();
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(name, silent.signal.aborted ? new Error('the registry sent nothing for five minutes') : error);
  } finally {
    clearTimeout(clock);
  }
}

function followReports(engine: Dockerode, stream: NodeJS.ReadableStream, onReport: (report: Report) => void) {
  const {promise, resolve, reject} = Promise.withResolvers<void>();
  engine.modem.followProgress(
    stream,
    error => (error ? reject(error) : resolve()),
    (report: Report) => (report.error === undefined ? onReport(report) : reject(new Error(report.error))),
  );
  return promise;
}

/** The layers make themselves known one after another, so the total grows while they do. */
function countBytes(onProgress: Following['onProgress']): (report: Report) => void {
  const layers = new Map<string, {done: number; total: number}>();
  return ({id, status, progressDetail: {current = 0, total = 0} = {}}) => {
    if (id === undefined) return;
    const known = layers.get(id);
    if (status === 'Downloading' && total > 0) layers.set(id, {done: current, total});
    else if (known && status !== 'Waiting') layers.set(id, {done: known.total, total: known.total});
    else return;
    const sums = [...layers.values()];
    onProgress({
      done: sums.reduce((sum, layer) => sum + layer.done, 0),
      total: sums.reduce((sum, layer) => sum + layer.total, 0),
      layer: id,
    });
  };
}

function explain(name: string, error: unknown): Problem {
  const {code, message} = error as {code?: string; message: string};
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return new Problem({
      code: 'docker-not-running',
      summary: `${name} cannot be pulled because Docker does not run.`,
      remedy: 'See `systemctl status docker`, start it, and run jitsi-onebox again.',
      cause: error,
    });
  }
  return new Problem({
    code: isFull(message) ? 'disk-full' : 'image-pull-failed',
    summary: `${name} could not be pulled: ${message.trim()}.`,
    remedy: `${adviseOn(name, message)}, then run jitsi-onebox again: what has arrived is kept.`,
    cause: error,
  });
}

const isFull = (message: string) => /no space left/i.test(message);

function adviseOn(name: string, message: string): string {
  if (isFull(message)) return 'Free some space on the disk (`df -h` shows where)';
  if (/\blookup \S+/.test(message)) return 'See that this machine resolves names (/etc/resolv.conf)';
  return `See that this machine reaches ${registryOf(name)} on port 443 and that the image exists`;
}
