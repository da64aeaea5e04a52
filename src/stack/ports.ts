import type {Facts, Listener} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import type {Blueprint} from './blueprint.ts';
import {dockerUnit, haproxyUnit, mmproxyUnit, nginxUnit} from './names.ts';

/** A port that the server needs. */
export type Claim = {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The units and packages that may use it: our own service. */
  readonly holders: readonly string[];
  /** The reason why we need it. */
  readonly why: string;
  /** The setting for another port; two ports are fixed. */
  readonly key?: string;
};

/** Finds the ports that others use. `projects` are ours, and the one that is replaced. */
export function findTakenPorts(blueprint: Blueprint, facts: Facts, projects: readonly string[]): readonly Problem[] {
  const listeners = facts.listeners.value ?? [];
  const isConfigured = facts.nginxListens.value?.some(({port}) => port === 443);
  return claims(blueprint).flatMap(claim => {
    const intruder = listeners.find(listener => isIntruder(listener, claim, projects));
    if (!intruder) return [];
    if (claim.port !== 443 || !isDebianNginx(intruder)) return [portTaken(claim, intruder)];
    return isConfigured ? [] : [heldByNginx(intruder)];
  });
}

const nginx = [nginxUnit, 'nginx', 'nginx-core', 'nginx-full', 'nginx-light', 'nginx-extras'];
const haproxy = [haproxyUnit, 'haproxy'];
const isHaproxy = ({unit, package: from}: Listener) =>
  [unit, from].some(owner => owner !== undefined && haproxy.includes(owner));
const docker = [dockerUnit, 'docker.io', 'docker-ce'];

/** Lists the ports that the server needs. */
export function claims({ports, turnDomain, metrics}: Blueprint): readonly Claim[] {
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
      holders: haproxy,
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

function portTaken(claim: Claim, listener: Listener): Problem {
  const {port, protocol, why, key} = claim;
  const {process, pid, unit, package: from, container} = listener;
  const details = [
    pid && `process ${pid}`,
    unit,
    from && `package ${from}`,
    container && `container ${container.name}`,
  ];
  const known = details.filter(Boolean).join(', ');
  return new Problem({
    code: 'port-taken',
    about: `${port}/${protocol}`,
    summary: `Port ${port}/${protocol} is taken by ${process}${known ? ` (${known})` : ''}.`,
    why,
    remedy: adviseOnPort(claim, listener),
    // Where a setting moves our port, nothing of yours has to stop.
    ...(key === undefined && isSafeToStop(unit, container) && {command: `systemctl disable --now ${unit}`}),
  });
}

function adviseOnPort({port, key}: Claim, listener: Listener): string {
  if (key !== undefined)
    return `Choose another port with the setting ${key}, or stop it or let it use another port; then try again.`;
  // nginx opens the port before HAProxy gets our configuration, which would free it.
  if (isHaproxy(listener))
    return `Take \`bind …:${port}\` out of /etc/haproxy/haproxy.cfg and run \`systemctl reload haproxy\`, then try again with --take-over haproxy: HAProxy lets go of port ${port} too late otherwise.`;
  return `Stop it or let it use another port, then try again. ${toKeepSites}`;
}

const toKeepSites =
  'The sites of a web server are offline then. To keep them, let it listen on 127.0.0.1:PORT without TLS, and name each domain in the setting sites (`sites: {www.example.org: {to: "127.0.0.1:PORT"}}`).';

/** Programs whose end takes nothing with it but their own service: any other may be your only way to this host. */
const replaceable = /^(apache2|lighttpd|caddy|h2o|monkey|nginx|openresty)\.service$/;

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
