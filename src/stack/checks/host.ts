import {type CheckCode, entryOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Opening, Part, Proof} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {services} from '../compose-file.ts';
import {buffers} from '../host.ts';
import {dockerUnit, haproxyUnit, mmproxyUnit, nginxUnit} from '../names.ts';
import type {Service} from '../service.ts';
import {CertainFault, check} from './check.ts';

/** The units of the host that the server needs, by the parts that they run. */
export const units = [
  ['nginx', nginxUnit],
  ['haproxy', haproxyUnit],
  ['mmproxy', mmproxyUnit],
  ['docker', dockerUnit],
] as const satisfies readonly (readonly [Part, string])[];

/** Checks that every part runs: the services of the host, and its containers. */
export function partChecks(blueprint: Blueprint): readonly Check[] {
  const project = blueprint.project.name;
  return [
    ...units.map(([name, unit]) => unitCheck(name, unit)),
    ...services(blueprint).map(service => containerCheck(project, service)),
  ];
}

/** Asks systemd once for the states of all units. */
const readStates: Opening<ReadonlyMap<string, string>> = async ({host}) => {
  const {stdout} = await host.query({argv: ['systemctl', 'is-active', ...units.map(([, unit]) => unit)]});
  const states = stdout.split('\n');
  return new Map(units.map(([, unit], index) => [unit, states[index] ?? '']));
};

function unitCheck(name: (typeof units)[number][0], unit: string): Check {
  return check(`service-${name}`, async context => {
    const state = (await context.share(readStates)).get(unit) || 'unknown to systemd';
    // A unit that is reading its files again serves, too.
    if (/^(active|reloading|refreshing)$/.test(state)) return `${unit} is active.`;
    return {state: 'failed', summary: `${unit} is ${state}.`, remedy: entryOf(`service-${name}`).remedy};
  });
}

/** What explains that Jicofo knows no bridge, which makes it unhealthy. None of these may wait for its health. */
export const causesOfNoBridge: readonly CheckCode[] = ['container-videobridge', 'videobridge-login', 'jicofo-login'];
/** What Jicofo answers then. */
export const noBridge = /No operational bridges/;

function containerCheck(project: string, {name, title}: Pick<Service, 'name' | 'title'>): Check {
  const prove = async ({host}: CheckContext): Promise<string | Proof> => {
    const container = (await host.docker.containers(project)).find(({service}) => service === name);
    if (container?.running && container.health === 'healthy') return `${title} is healthy.`;
    const state = container ? `${container.running ? 'running' : 'stopped'}, ${container.health}` : 'missing';
    // A stopped container is not asked any more.
    const evidence = container?.running ? container.healthOutput.trim() : '';
    // Names the container by id, because its name depends on the version of compose.
    const look = container ? `Look at \`docker logs ${container.id.slice(0, 12)}\`, then run` : 'Run';
    return {
      state: 'failed',
      summary: `The container of ${name} is ${state}.`,
      remedy: `${look} \`jitsi-onebox apply\`.`,
      ...(evidence && {evidence}),
      ...(noBridge.test(evidence) && {after: causesOfNoBridge}),
    };
  };
  return check(`container-${name}`, prove, {after: name === 'turn' ? ['turn-key'] : []});
}

/** Where forwarding is turned off: by the kernel's settings at boot, or by Docker's. */
const switches = ['/etc/sysctl.conf', '/etc/sysctl.d', '/run/sysctl.d', '/etc/docker/daemon.json'];

/** Checks that the kernel forwards packets. Docker turns that on when it starts, and a later setting can turn it off. */
export const packetForwarding = check('packet-forwarding', async ({host}) => {
  const value = (await host.files.read('/proc/sys/net/ipv4/ip_forward'))?.trim();
  if (value !== '0') return 'The kernel forwards packets to and from the containers.';
  const pattern = '^[^#;]*(ip_forward *= *0|"ip-forward" *: *false)';
  const {stdout} = await host.query({argv: ['grep', '-rHnE', pattern, ...switches]});
  throw new CertainFault(['net.ipv4.ip_forward is 0', ...stdout.split('\n').filter(Boolean)].join('; '));
});

/** Checks the room for bursts of media. At most a warning: the kernel of a container belongs to another machine. */
export const udpBuffers = check('udp-buffers', async ({host}) => {
  const {exitCode, stdout} = await host.query({argv: ['sysctl', '-n', 'net.core.rmem_max']});
  const size = Number(stdout.trim());
  if (exitCode === 0 && size >= Number(buffers['net.core.rmem_max'])) return `UDP buffers may grow to ${size} bytes.`;
  const {meaning, remedy} = entryOf('udp-buffers');
  return {state: 'warning', summary: meaning, remedy};
});
