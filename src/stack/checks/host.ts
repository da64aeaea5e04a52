import {entryOf} from '../../model/catalogue.ts';
import type {Check} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {services} from '../compose-file.ts';
import {dockerUnit, haproxyUnit, mmproxyUnit, nginxUnit} from '../names.ts';
import type {Service} from '../service.ts';
import {check} from './check.ts';

const units = [
  ['nginx', nginxUnit],
  ['haproxy', haproxyUnit],
  ['mmproxy', mmproxyUnit],
  ['docker', dockerUnit],
] as const;

/** Checks that every part runs: the services of the host, and its containers. */
export function partChecks(blueprint: Blueprint): readonly Check[] {
  const project = blueprint.project.name;
  return [
    ...units.map(([name, unit]) => unitCheck(name, unit)),
    ...services(blueprint).map(service => containerCheck(project, service)),
  ];
}

function unitCheck(name: (typeof units)[number][0], unit: string): Check {
  return check(`service-${name}`, async ({host}) => {
    // A unit that is reloading its files counts as active, too.
    const {exitCode, stdout} = await host.query({argv: ['systemctl', 'is-active', unit]});
    if (exitCode === 0) return `${unit} is active.`;
    const summary = `${unit} is ${stdout.trim() || 'unknown to systemd'}.`;
    return {state: 'failed', summary, remedy: entryOf(`service-${name}`).remedy};
  });
}

function containerCheck(project: string, {name, title}: Pick<Service, 'name' | 'title'>): Check {
  return check(`container-${name}`, async ({host}) => {
    const container = (await host.docker.containers(project)).find(({service}) => service === name);
    if (container?.running && container.health === 'healthy') return `${title} is healthy.`;
    const state = container ? `${container.running ? 'running' : 'stopped'}, ${container.health}` : 'missing';
    const evidence = container?.healthOutput.trim();
    // Names the container by id, because its name depends on the version of compose.
    const look = container ? `Look at \`docker logs ${container.id.slice(0, 12)}\`, then run` : 'Run';
    return {
      state: 'failed',
      summary: `The container of ${name} is ${state}.`,
      remedy: `${look} \`jitsi-onebox apply\`.`,
      ...(evidence && {evidence}),
    };
  });
}

const wantedBuffer = 10_485_760;

/** Checks the room for bursts of media. At most a warning: the kernel of a container belongs to another machine. */
export const udpBuffers = check('udp-buffers', async ({host}) => {
  const {exitCode, stdout} = await host.query({argv: ['sysctl', '-n', 'net.core.rmem_max']});
  const size = Number(stdout.trim());
  if (exitCode === 0 && size >= wantedBuffer) return `UDP buffers may grow to ${size} bytes.`;
  const {meaning, remedy} = entryOf('udp-buffers');
  return {state: 'warning', summary: meaning, remedy};
});
