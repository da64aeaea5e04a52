import type {Facts} from '../model/facts.ts';
import type {Resource} from '../model/resource.ts';
import type {Forward} from '../model/ui.ts';
import {aptPackages, packagesId} from '../resources/apt-packages.ts';
import {firewallPort} from '../resources/firewall-port.ts';
import {file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {sysctl} from '../resources/sysctl.ts';
import {systemdUnit} from '../resources/systemd-unit.ts';
import type {Blueprint, StackInput} from './blueprint.ts';
import {isUnsupported} from './engine.ts';
import {dockerPackages, dockerUnit, packagesIn, serverPackages} from './names.ts';
import {type Assets, render} from './template.ts';
import {chooseDockerPackages} from './versions.ts';

/** Recommended packages are not installed (needrestart is one), so required ones are named here. */
const servers = ['nginx', 'haproxy', 'go-mmproxy', 'certbot', 'nftables', 'openssl', 'procps', 'iproute2'];

/** The values of the jitsi-videobridge package: with the kernel's default buffers, bursts of media are dropped. */
export const buffers = {'net.core.rmem_max': '10485760', 'net.core.netdev_max_backlog': '100000'};
const sysctlPath = '/etc/sysctl.d/90-jitsi-onebox.conf';

/** Packages, kernel buffers and open ports. Docker's packages come first, since pulling images takes longest. */
export function hostResources(
  blueprint: Blueprint,
  facts: Facts,
  {assets, takeOver}: Pick<StackInput, 'assets' | 'takeOver'>,
): readonly Resource[] {
  const mayRemove = packagesIn(takeOver);
  return [
    aptPackages({
      name: dockerPackages,
      packages: chooseDockerPackages(facts),
      title: 'Docker and compose',
      place: 'host',
      mayRemove,
    }),
    systemdUnit({
      unit: dockerUnit,
      title: 'Docker',
      place: 'host',
      needs: [packagesId(dockerPackages)],
      ...(isUnsupported(facts) && {wanted: {}}),
    }),
    aptPackages({
      name: serverPackages,
      packages: servers,
      title: 'nginx, HAProxy, go-mmproxy, certbot',
      place: 'host',
      mayRemove,
      // After Docker's, so that images are pulled at the same time and the package index is fetched once.
      needs: [packagesId(dockerPackages)],
    }),
    file({path: sysctlPath, title: 'Kernel buffers at boot', place: 'host', content: renderSysctl(assets)}),
    sysctl({values: buffers, needs: [fileId(sysctlPath), packagesId(serverPackages)]}),
    ...openPorts(blueprint, facts),
  ];
}

function renderSysctl(assets: Assets): string {
  const values = Object.entries(buffers).map(([key, value]) => ({key, value}));
  // Nothing in it comes from outside, so there is nothing to quote.
  return render({template: assets('sysctl/90-jitsi-onebox.conf'), values: {values}, quote: text => text});
}

function openPorts(blueprint: Blueprint, {firewall}: Facts): readonly Resource[] {
  const active = firewall.value;
  if (active !== 'ufw' && active !== 'firewalld') return [];
  return publicPorts(blueprint).map(port => firewallPort({...port, firewall: active, uplink: blueprint.uplink}));
}

/** Lists the packages that this host needs. */
export const listPackages = (facts: Facts): readonly string[] => [...chooseDockerPackages(facts), ...servers];

type PublicPort = {readonly port: number; readonly protocol: 'tcp' | 'udp'; readonly purpose: string};

/** Lists the ports that must be reachable from the internet, for these settings. */
export function listPublicPorts(
  {media, stun}: Pick<Blueprint['ports'], 'media' | 'stun'>,
  hasRelay: boolean,
): readonly PublicPort[] {
  return [
    {port: 80, protocol: 'tcp', purpose: 'certificates, and the redirect to https'},
    {port: 443, protocol: 'tcp', purpose: 'meeting pages; the relay for strict firewalls'},
    {port: media, protocol: 'udp', purpose: 'audio and video'},
    ...(hasRelay ? [{port: stun, protocol: 'udp', purpose: 'the relay'} as const] : []),
  ];
}

/** Lists the ports of a blueprint that must be reachable from the internet. */
export function publicPorts({ports, turnDomain}: Blueprint): readonly Omit<PublicPort, 'purpose'>[] {
  return listPublicPorts(ports, turnDomain !== undefined).map(({port, protocol}) => ({port, protocol}));
}

/** Lists the forwards that the router needs; none if the host itself has the public address. */
export function listForwards({ports, turnDomain, publicAddress, localAddress: to}: Blueprint): readonly Forward[] {
  if (publicAddress === to) return [];
  return listPublicPorts(ports, turnDomain !== undefined)
    .map(({port, protocol, purpose}) => ({port, protocol, to, purpose}))
    .toSorted((one, other) => one.port - other.port);
}
