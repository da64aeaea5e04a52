import {createHash} from 'node:crypto';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {soundConfiguration} from '../resources/sound-configuration.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {haproxyUnit, isWrittenByUs, mmproxyUnit, nginxUnit, serverPackages} from './names.ts';
import {quoteHaproxy} from './quoting.ts';
import {hasAddress} from './sites/site.ts';
import {type Assets, render} from './template.ts';

const path = '/etc/haproxy/haproxy.cfg';

/**
 * HAProxy on port 443: passes connections for the relay's name to the relay, this host's own to nginx, and all others to
 * go-mmproxy. With `takeOver` it replaces a foreign configuration.
 */
export function haproxyResources(
  blueprint: Blueprint,
  assets: Assets,
  {takeOver}: {takeOver: boolean},
): readonly Resource[] {
  return [
    soundConfiguration({program: 'haproxy', place: 'haproxy', test: testHaproxy, ours: /\/haproxy\.cfg/}),
    file({
      path,
      title: 'HAProxy configuration',
      place: 'haproxy',
      content: renderHaproxy(blueprint, assets),
      needs: [packagesId(serverPackages)],
      validate: {command: {argv: ['haproxy', '-c', '-f', path]}},
      ...(!takeOver && {guard: refuseForeign}),
    }),
    systemdUnit({
      unit: haproxyUnit,
      title: 'HAProxy',
      place: 'haproxy',
      needs: [fileId(path), unitId(mmproxyUnit), unitId(nginxUnit)],
      reads: [path],
      refresh: 'reload',
    }),
  ];
}

/** Tests what Debian's unit would start; /etc/default/haproxy may add files. */
async function testHaproxy({files}: Host): Promise<readonly [string, ...string[]]> {
  const defaults = (await files.read('/etc/default/haproxy')) ?? '';
  const extra = /^EXTRAOPTS="(.*)"$/m.exec(defaults)?.[1] ?? '';
  return ['haproxy', '-c', '-f', path, ...extra.split(' ').filter(Boolean)];
}

export function renderHaproxy({turnDomain, ipv6, ports, limits, sites}: Blueprint, assets: Assets): string {
  const passthrough = sites.filter(site => site.kind === 'passthrough');
  return render({
    template: assets('haproxy/haproxy.cfg'),
    quote: quoteHaproxy,
    values: {
      ipv6,
      turn: turnDomain !== undefined,
      turnDomain: turnDomain ?? '',
      connections: limits.connections,
      turnConnections: limits.relay.source,
      turnPort: ports.turns,
      httpsPort: ports.https,
      mmproxyPort: ports.mmproxy,
      asksDns: passthrough.some(({to}) => !hasAddress(to)),
      passthrough: passthrough.map(site => ({
        domain: site.domain,
        backend: `site-${site.domain}`,
        to: site.to,
        sendsProxy: site.sendsProxy,
        asksDns: !hasAddress(site.to),
      })),
    },
  });
}

/** Refuses to replace a foreign configuration. One that is unchanged since Debian shipped it is not foreign. */
async function refuseForeign(current: string, host: Host): Promise<void> {
  if (isWrittenByUs(current)) return;
  const {stdout} = await host.query({argv: ['dpkg-query', '--show', '--showformat=${Conffiles}', 'haproxy']});
  const shipped = new RegExp(`${path} ([0-9a-f]{32})`).exec(stdout)?.[1];
  if (createHash('md5').update(current).digest('hex') === shipped) return;
  const binds = [...current.matchAll(/^\s*bind\s+(\S+)/gm)].map(([, address]) => address);
  throw new Problem({
    code: 'foreign-haproxy',
    summary: `${path} was not written by jitsi-onebox, and HAProxy has only one configuration${binds.length > 0 ? `. It binds ${binds.join(', ')}` : ''}.`,
    remedy:
      'Replace it with --take-over haproxy (a copy is kept), or remove it first. Its frontends stop then: name the web sites behind it in the setting sites.',
  });
}
