import type {Command, Host} from '../model/host.ts';
import type {RecordedProject} from '../model/snapshot.ts';
import type {Sight} from './look-at-path.ts';

type Project = Pick<RecordedProject, 'directory' | 'argv'> & {readonly name: string};

/** The project that a compose command is about; undefined for any other command. */
export function readComposeCommand({argv, cwd}: Command): Project | undefined {
  const option = argv.indexOf('--project-name');
  const name = argv[option + 1];
  if (option === -1 || name === undefined || cwd === undefined) return undefined;
  return {name, directory: cwd, argv: argv.slice(0, option) as [string, ...string[]]};
}

/** The project of the containers that Docker is told to stop or remove: the command names them alone, but their labels tell. */
export async function findProjectOfContainers(
  host: Host,
  [verb = '', ...containers]: readonly string[],
): Promise<Project | undefined> {
  if ((verb !== 'rm' && verb !== 'stop') || containers.length === 0) return undefined;
  const argv = ['docker', 'inspect', '--format={{json .Config.Labels}}', ...containers] as const;
  const [line = ''] = (await host.query({argv})).stdout.split('\n');
  if (line === '') return undefined;
  const labels: Readonly<Record<string, string | undefined>> = JSON.parse(line) ?? {};
  const {'com.docker.compose.project': name, 'com.docker.compose.project.working_dir': directory} = labels;
  if (name === undefined || directory === undefined) return undefined;
  const isV1 = labels['com.docker.compose.version']?.startsWith('1.');
  return {name, directory, argv: isV1 ? ['docker-compose'] : ['docker', 'compose']};
}

/** Which of a project's services have a container now; which of them run. */
export async function lookAtProject(host: Host, {name, directory, argv}: Project): Promise<Sight> {
  const containers = await host.docker.containers(name);
  const servicesOf = (isRunning: boolean) =>
    containers
      .filter(({running}) => running === isRunning)
      .map(({service}) => service)
      .sort();
  return {was: {type: 'project', directory, argv, running: servicesOf(true), stopped: servicesOf(false)}};
}
