import type {Facts, Listener} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import {formatBytes} from '../model/words.ts';
import type {Blueprint, StackInput} from './blueprint.ts';
import {adviseOnEngine, findEngineObstacles} from './engine.ts';
import {publicPorts} from './host.ts';
import {dockerUnit, haproxyUnit, mmproxyUnit, nginxUnit} from './names.ts';
import {adviseOnNetwork} from './network-advice.ts';
import {findListenConflicts} from './nginx-listens.ts';
import {advise, describeBarrier, findBarriers, findCommand, type Group} from './reach.ts';
import {findFormerRelease} from './releases.ts';

type Claim = {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The units and packages that may use it: our own service. */
  readonly holders: readonly string[];
  /** The reason why we need it. */
  readonly why: string;
  /** The setting for another port; two ports are fixed. */
  readonly key?: string;
};

/** Finds obstacles to a plan: ports in use, a foreign compose project, an unsafe directory, a release that is run in another way. */
export function findObstacles({
  blueprint,
  facts,
  inUse,
  takeOver,
  assets,
  former,
}: Pick<StackInput, 'facts' | 'inUse' | 'takeOver' | 'assets' | 'former'> & {
  blueprint: Blueprint;
}): readonly Problem[] {
  const isTakenOver = takeOver.includes('compose');
  const foreign = isTakenOver ? undefined : inUse.foreignCompose;
  const mixed = [isTakenOver ? undefined : inUse.override, former ? undefined : inUse.diversion].filter(
    each => each !== undefined,
  );
  return [
    ...findEngineObstacles(facts),
    ...findTakenPorts(blueprint, facts, [blueprint.project.name, ...(former ? [former.name] : [])]),
    ...findListenConflicts(blueprint, facts),
    ...(foreign === undefined ? [] : [foreignCompose(foreign)]),
    ...mixed.map(each => composeMixed(blueprint, each)),
    ...(inUse.exposure === undefined ? [] : [unsafeDirectory(blueprint, inUse.exposure)]),
    ...findFormerRelease(blueprint, assets),
  ];
}

/** `projects` are ours, and the one that is replaced. */
function findTakenPorts(blueprint: Blueprint, facts: Facts, projects: readonly string[]): readonly Problem[] {
  const listeners = facts.listeners.value ?? [];
  const isConfigured = facts.nginxListens.value?.some(({port}) => port === 443);
  return claims(blueprint).flatMap(claim => {
    const intruder = listeners.find(listener => isIntruder(listener, claim, projects));
    if (!intruder) return [];
    if (claim.port !== 443 || !isDebianNginx(intruder)) return [portTaken(claim, intruder)];
    return isConfigured ? [] : [heldByNginx(intruder)];
  });
}

/** Finds advice for the user: little memory, what the network does, a firewall that we do not manage. */
export function findAdvice(blueprint: Blueprint, facts: Facts): readonly Problem[] {
  return [
    ...adviseOnMemory(facts),
    ...adviseOnNetwork(blueprint, facts),
    ...adviseOnFirewall(blueprint, facts),
    ...adviseOnEngine(facts),
  ];
}

const leastMemory = 2_000_000_000;

function adviseOnMemory({memory}: Facts): readonly Problem[] {
  if (memory.value === undefined || memory.value >= leastMemory) return [];
  return [
    new Problem({
      code: 'small-memory',
      summary: `This machine has ${formatBytes(memory.value)} of memory; a meeting server needs 4 GB.`,
      why: 'With less, the kernel may end the bridge in the middle of a meeting.',
      remedy: 'Give the machine more memory, or keep the meetings small.',
    }),
  ];
}

/** Warns of the rules that stop participants, before anything is changed. */
function adviseOnFirewall(blueprint: Blueprint, {firewall, packetFilter}: Facts): readonly Problem[] {
  if (packetFilter.value !== undefined && blueprint.uplink !== undefined)
    return findBarriers(blueprint, packetFilter.value, firewall.value).map(warnOfBarrier);
  if (firewall.value !== 'nftables') return [];
  const rules = publicPorts(blueprint).map(({port, protocol}) => `${protocol} dport ${port} accept`);
  return [
    new Problem({
      code: 'firewall-rules',
      summary: 'A firewall (nftables) is active. jitsi-onebox does not change its rules.',
      remedy: `Add these rules: ${rules.join('; ')}; and if it drops forwarded packets: ct status dnat accept.`,
    }),
  ];
}

function warnOfBarrier(barrier: Group): Problem {
  const command = findCommand(barrier);
  return new Problem({
    code: 'firewall-rules',
    summary: `A rule of this host's packet filter is in the way: ${describeBarrier(barrier)}.`,
    why: 'The rules were read and a packet of a participant was simulated; nothing was sent.',
    remedy: advise(barrier),
    ...(command !== undefined && {command}),
  });
}

const nginx = [nginxUnit, 'nginx', 'nginx-core', 'nginx-full', 'nginx-light', 'nginx-extras'];
const docker = [dockerUnit, 'docker.io', 'docker-ce'];

function claims({ports, turnDomain, metrics}: Blueprint): readonly Claim[] {
  const relay: readonly Claim[] = [
    {port: ports.stun, protocol: 'udp', holders: docker, ...movable('The relay', 'ports.stun')},
    {port: ports.turns, protocol: 'tcp', holders: docker, ...movable('The relay over TLS', 'ports.turns')},
  ];
  return [
    {
      port: 80,
      protocol: 'tcp',
      holders: nginx,
      why: 'The certificate authority verifies the domain on this port only.',
    },
    {
      port: 443,
      protocol: 'tcp',
      holders: [haproxyUnit, 'haproxy'],
      why: 'It is the only port that strict firewalls do not block, so the meeting page and the relay share it.',
    },
    {port: ports.https, protocol: 'tcp', holders: nginx, ...movable('nginx', 'ports.https')},
    {
      port: ports.mmproxy,
      protocol: 'tcp',
      holders: [mmproxyUnit, 'go-mmproxy'],
      ...movable('go-mmproxy', 'ports.mmproxy'),
    },
    {port: ports.web, protocol: 'tcp', holders: docker, ...movable('The web container', 'ports.web')},
    {port: ports.media, protocol: 'udp', holders: docker, ...movable('The bridge', 'ports.media')},
    ...(turnDomain === undefined ? [] : relay),
    ...(metrics
      ? [{port: metrics.port, protocol: 'tcp', holders: nginx, ...movable('The metrics', 'metrics.port')} as const]
      : []),
  ];
}

function movable(user: string, key: string): Pick<Claim, 'why' | 'key'> {
  return {why: `${user} needs it.`, key};
}

function isIntruder(listener: Listener, {port, protocol, holders}: Claim, projects: readonly string[]): boolean {
  if (listener.port !== port || listener.protocol !== protocol) return false;
  // Only root sees which process listens. Without its name, nothing is claimed.
  if (listener.process === undefined) return false;
  if (listener.container) return !projects.includes(listener.container.project ?? '');
  if (listener.process === 'nginx' && !isDebianNginx(listener)) return true;
  // Anybody may call a process nginx: its unit counts, or the package of its program.
  return ![listener.unit, listener.package].some(owner => owner !== undefined && holders.includes(owner));
}

/** Another nginx, such as OpenResty's, reads other files. Without the unit it is taken for Debian's. */
function isDebianNginx({process, unit}: Listener): boolean {
  return process === 'nginx' && (unit === undefined || unit === nginxUnit);
}

function portTaken(
  {port, protocol, why, key}: Claim,
  {process, pid, unit, package: from, container}: Listener,
): Problem {
  const details = [
    pid && `process ${pid}`,
    unit,
    from && `package ${from}`,
    container && `container ${container.name}`,
  ];
  const known = details.filter(Boolean).join(', ');
  return new Problem({
    code: 'port-taken',
    summary: `Port ${port}/${protocol} is taken by ${process}${known ? ` (${known})` : ''}.`,
    why,
    remedy: `Stop it or let it use another port, then try again${key === undefined ? '' : `; or choose another port with the setting ${key}`}.`,
    ...(isSafeToStop(unit, container) && {command: `systemctl disable --now ${unit}`}),
  });
}

/** Programs whose end takes nothing with it but their own service: any other may be your only way to this host. */
const replaceable = /^(apache2|lighttpd|caddy|coturn|h2o|monkey|nginx|openresty)\.service$/;

function isSafeToStop(unit: string | undefined, container: Listener['container']): boolean {
  return container === undefined && unit !== undefined && replaceable.test(unit);
}

/** A port that nginx holds though its configuration, as it is now, does not say so. */
function heldByNginx({pid}: Listener): Problem {
  return new Problem({
    code: 'site-on-443',
    summary: `nginx${pid === undefined ? '' : ` (process ${pid})`} has port 443 open, where HAProxy has to separate TURN from HTTPS. No file that is known says why.`,
    why: 'Strict firewalls let participants use port 443 only, so the meeting page and the relay have to share it.',
    remedy:
      'If you have just changed its configuration, restart it: systemctl restart nginx. Else find the sites with `nginx -T` and let them listen on the port of the setting ports.https.',
  });
}

function foreignCompose(path: string): Problem {
  return new Problem({
    code: 'foreign-compose',
    summary: `${path} belongs to a foreign compose project.`,
    why: 'Its containers would mix with ours.',
    remedy:
      'Move it away, choose another directory with --set stack.directory=/srv/NAME, or replace it with --take-over compose (backed up).',
  });
}

function composeMixed({project: {directory}}: Blueprint, what: string): Problem {
  const isFile = what.startsWith('/');
  return new Problem({
    code: 'compose-mixed',
    summary: isFile
      ? `${what} is a file that compose mixes into the definitions of jitsi-onebox.`
      : `${what} in ${directory}/.env lets compose use something else than ${directory}/compose.yaml here.`,
    why: 'The plan would not show what runs, and no check and no undo would know of it.',
    remedy: isFile
      ? 'Give variables as options (README, section Options), and containers of your own a directory of their own. Then move the file away, or let --take-over compose replace it (backed up).'
      : 'Remove the line.',
  });
}

function unsafeDirectory({project: {directory}}: Blueprint, reason: string): Problem {
  return new Problem({
    code: 'unsafe-directory',
    summary: `${directory} is no safe place for the containers: ${reason}.`,
    why: 'Anybody who can rename or empty a directory above it can replace passwords, configuration and accounts.',
    remedy:
      'Choose another directory with --set stack.directory=/srv/NAME; if a server is there now, uninstall it first.',
  });
}
