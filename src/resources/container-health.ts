import {setTimeout as sleep} from 'node:timers/promises';
import {listSecrets} from '../model/dot-env.ts';
import type {ContainerState, Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Work} from '../model/resource.ts';
import type {ComposeProject} from './compose.ts';

type Service = {readonly project: ComposeProject; readonly service: string};

/** The time a service may take to become healthy, in milliseconds: a small machine starts two Java programs at once. */
const healthLimit = 300_000;
/** A container that ended so often by itself will do so again. */
const restartLimit = 5;
/** A container that has named a fault, and then said and computed nothing for so long, waits for nothing. In milliseconds. */
const quietLimit = 30_000;
/** The share of a processor that health checks take; a program that starts takes more. */
const idleShare = 0.05;
const lookEvery = 5000;
/** A shorter text is in words that are no secret. */
const shortestSecret = 4;

/** Words of a fault that does not go away. */
const fault =
  /\bfatal\b|permission denied|operation not permitted|address (already )?in use|no such file|cannot (open|bind|start|find|load|execute)/i;

/** Waits until a service of the project is healthy; ends early with the container's own words where that is not to be expected. */
export async function awaitHealth(work: Work, {project, service}: Service): Promise<void> {
  const {host} = work;
  const findHopeless = judge(host);
  for (let said = ''; ; await sleep(500, undefined, {signal: work.signal})) {
    const [container] = (await host.docker.containers(project.name)).filter(each => each.service === service);
    if (isHealthy(container)) return;
    const state = describe(container);
    if (state !== said) work.output({stream: 'stdout', line: `${service} is ${state}`});
    said = state;
    const reason = await findHopeless(container, state);
    if (reason !== undefined) throw await unhealthy(host, {project, service}, container, reason);
  }
}

type Found = ContainerState | undefined;

const isHealthy = (container: Found) =>
  container?.running && (container.health === 'healthy' || container.health === 'none');

function describe(container: Found): string {
  return container ? `${container.running ? 'running' : 'not running'}, ${container.health}` : 'not there';
}

/** Judges a container from look to look; returns why it will not become healthy, or undefined while it may. */
function judge(host: Host): (container: Found, state: string) => Promise<string | undefined> {
  const deadline = host.now() + healthLimit;
  const isStuck = watchLog(host);
  let first: Found;
  return async (container, state) => {
    if (first?.id !== container?.id) first = container;
    const ends = (container?.restarts ?? 0) - (first?.restarts ?? 0);
    if (ends >= restartLimit) return `it ended ${ends} times`;
    if (host.now() > deadline || container?.health === 'unhealthy') return `it is ${state}`;
    return container && (await isStuck(container)) ? `it is ${state}, and waits for nothing` : undefined;
  };
}

/** Watches for a container whose last words are a fault, and which says nothing more. */
function watchLog(host: Host): (container: ContainerState) => Promise<boolean> {
  let [log, since, looked] = ['', host.now(), host.now()];
  let before: number | undefined;
  return async container => {
    const elapsed = host.now() - looked;
    if (elapsed < lookEvery) return false;
    looked = host.now();
    const [lines, used] = await Promise.all([readLog(host, container), readProcessorTime(host, container)]);
    const isBusy = used !== undefined && (before === undefined || used - before > elapsed * idleShare);
    before = used;
    if (lines.join('\n') !== log || isBusy) [log, since] = [lines.join('\n'), looked];
    return looked - since >= quietLimit && lines.some(line => fault.test(line));
  };
}

/** Reads how long all processes of a container have computed, in milliseconds; undefined where the kernel does not say so. */
async function readProcessorTime({files}: Host, {pid}: ContainerState): Promise<number | undefined> {
  const read = (path: string) => files.read(path).catch(() => undefined);
  const groups = pid === undefined ? undefined : await read(`/proc/${pid}/cgroup`);
  const [, group] = /^0::(\/.+)$/m.exec(groups ?? '') ?? [];
  const stat = group === undefined ? undefined : await read(`/sys/fs/cgroup${group}/cpu.stat`);
  const [, used] = /^usage_usec (\d+)$/m.exec(stat ?? '') ?? [];
  return used === undefined ? undefined : Number(used) / 1000;
}

/** Reads the last lines that a container printed since it was started. */
async function readLog(host: Host, {id, started = 0}: ContainerState): Promise<readonly string[]> {
  const argv = ['docker', 'logs', '--tail', '30', '--since', String(Math.floor(started / 1000)), id] as const;
  const {exitCode, stdout, stderr} = await host.query({argv});
  return exitCode === 0 ? `${stdout}\n${stderr}`.split('\n').filter(line => line.trim() !== '') : [];
}

async function unhealthy(host: Host, {project, service}: Service, container: Found, reason: string): Promise<Problem> {
  const lines = container ? await readLog(host, container) : [];
  const faults = lines.filter(line => fault.test(line) || /\berror\b/i.test(line));
  const details = [
    container?.healthOutput.trim() ?? '',
    ...(lines.length > 0 ? ['Its log says:', ...(faults.length > 0 ? faults : lines).slice(-6)] : []),
  ].filter(line => line !== '');
  const hide = await hideSecrets(host, project);
  return new Problem({
    code: 'container-unhealthy',
    summary: hide([`${service} did not become healthy: ${reason}.`, ...details].join('\n')),
    remedy: container
      ? `Correct what it names, then run jitsi-onebox again. The whole log: docker logs ${container.id.slice(0, 12)}.`
      : 'Look at `docker ps --all`, then run jitsi-onebox again.',
  });
}

/** A container may print what it was given: the values of .env are masked. */
async function hideSecrets(host: Host, {directory}: ComposeProject): Promise<(text: string) => string> {
  const env = (await host.files.read(`${directory}/.env`).catch(() => undefined)) ?? '';
  const secrets = listSecrets(env).filter(({length}) => length >= shortestSecret);
  const longestFirst = secrets.toSorted((one, other) => other.length - one.length);
  return text => longestFirst.reduce((masked, secret) => masked.replaceAll(secret, '•••'), text);
}
