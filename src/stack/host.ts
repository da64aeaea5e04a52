import type {Facts} from '../model/facts.ts';
import type {Resource} from '../model/resource.ts';
import type {Forward} from '../model/ui.ts';
import {aptPackages, packagesId} from '../resources/apt-packages.ts';
import {file, fileId} from '../resources/file.ts';
import {firewallPort} from '../resources/firewall-port.ts';
import {sysctl} from '../resources/sysctl.ts';
import {systemdUnit} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {dockerPackages, dockerUnit, serverPackages} from './names.ts';
import {type Assets, render} from './template.ts';
import {chooseDockerPackages} from './versions.ts';

/** Recommends are not taken (needrestart comes with them), so what Docker cannot do without is named. */
const servers = ['nginx', 'haproxy', 'go-mmproxy', 'certbot', 'nftables', 'openssl', 'procps', 'iproute2'];

/** As jitsi-videobridge's own package sets them: a burst of media is dropped by a kernel with its usual buffers. */
const buffers = {'net.core.rmem_max': '10485760', 'net.core.netdev_max_backlog': '100000'};
const sysctlPath = '/etc/sysctl.d/90-jitsi-onebox.conf';

/** What the host itself has to bring: packages (Docker's first, since pulling images takes longest), buffers, open ports. */
export function hostResources(blueprint: Blueprint, facts: Facts, assets: Assets): readonly Resource[] {
  return [
    aptPackages({
      name: dockerPackages,
      packages: chooseDockerPackages(facts),
      title: 'Docker and compose',
      place: 'host',
    }),
    systemdUnit({unit: dockerUnit, title: 'Docker', place: 'host', needs: [packagesId(dockerPackages)]}),
    aptPackages({
      name: serverPackages,
      packages: servers,
      title: 'nginx, HAProxy, go-mmproxy, certbot',
      place: 'host',
      // After Docker's set, not beside it: the images can be pulled meanwhile, and the archive's index is fetched once.
      needs: [packagesId(dockerPackages)],
    }),
    file({path: sysctlPath, title: 'Kernel buffers at boot', place: 'host', content: renderSysctl(assets)}),
    sysctl({values: buffers, needs: [fileId(sysctlPath), packagesId(serverPackages)]}),
    ...openPorts(blueprint, facts),
  ];
}

/** The file that sets the kernel's buffers at boot. */
export function renderSysctl(assets: Assets): string {
  const values = Object.entries(buffers).map(([key, value]) => ({key, value}));
  // Fixed text: nothing in it comes from outside.
  return render({template: assets('sysctl/90-jitsi-onebox.conf'), values: {values}, quote: text => text});
}

function openPorts(blueprint: Blueprint, {firewall}: Facts): readonly Resource[] {
  const active = firewall.value;
  if (active !== 'ufw' && active !== 'firewalld') return [];
  return publicPorts(blueprint).map(port => firewallPort({...port, firewall: active}));
}

/** The ports that the router forwards to this host. */
export function publicPorts({
  ports,
  turnDomain,
}: Blueprint): readonly {readonly port: number; readonly protocol: 'tcp' | 'udp'}[] {
  return [
    {port: 80, protocol: 'tcp'},
    {port: 443, protocol: 'tcp'},
    {port: ports.media, protocol: 'udp'},
    ...(turnDomain === undefined ? [] : [{port: ports.stun, protocol: 'udp'} as const]),
  ];
}

/** What the router has to do for this host; nothing where the host has the public address itself. */
export function listForwards(blueprint: Blueprint): readonly Forward[] {
  const {ports, publicAddress, localAddress: to} = blueprint;
  if (publicAddress === to) return [];
  const purposes: ReadonlyMap<number, string> = new Map([
    [80, 'certificates, and the way to https'],
    [443, 'the meeting pages; the relay for strict firewalls'],
    [ports.media, 'sound and pictures'],
    [ports.stun, 'the relay'],
  ]);
  return publicPorts(blueprint)
    .map(each => ({...each, to, purpose: purposes.get(each.port) ?? ''}))
    .toSorted((one, other) => one.port - other.port);
}
