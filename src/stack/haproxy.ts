import {createHash} from 'node:crypto';
import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {file, fileId} from '../resources/file.ts';
import {soundConfiguration} from '../resources/sound-configuration.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {haproxyUnit, isWrittenByUs, mmproxyUnit, nginxUnit, serverPackages} from './names.ts';
import {quoteHaproxy} from './quoting.ts';
import {type Assets, render} from './template.ts';

const path = '/etc/haproxy/haproxy.cfg';

export type HaproxyConsent = {
  /** Whether the owner gives up an HAProxy configuration of his own. */
  readonly takeOver: boolean;
};

/** HAProxy on port 443: the relay by its name, this host's own clients straight to nginx, everybody else through go-mmproxy. */
export function haproxyResources(
  blueprint: Blueprint,
  assets: Assets,
  {takeOver}: HaproxyConsent,
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
      hasWorkers: true,
    }),
  ];
}

/** As Debian's unit starts it: the owner may have it read more files. Only root's files are ours to judge. */
async function testHaproxy({files}: Host): Promise<readonly [string, ...string[]]> {
  const defaults = (await files.read('/etc/default/haproxy')) ?? '';
  const extra = /^EXTRAOPTS="(.*)"$/m.exec(defaults)?.[1] ?? '';
  return ['haproxy', '-c', '-f', path, ...extra.split(' ').filter(Boolean)];
}

/** The whole of haproxy.cfg. */
export function renderHaproxy({turnDomain, ipv6, ports}: Blueprint, assets: Assets): string {
  return render({
    template: assets('haproxy/haproxy.cfg'),
    quote: quoteHaproxy,
    values: {
      ipv6,
      turn: turnDomain !== undefined,
      turnDomain: turnDomain ?? '',
      turnPort: ports.turns,
      httpsPort: ports.https,
      mmproxyPort: ports.mmproxy,
    },
  });
}

/** A configuration that is still as Debian shipped it belongs to nobody. */
async function refuseForeign(current: string, host: Host): Promise<void> {
  if (isWrittenByUs(current)) return;
  const {stdout} = await host.query({argv: ['dpkg-query', '--show', '--showformat=${Conffiles}', 'haproxy']});
  const shipped = new RegExp(`${path} ([0-9a-f]{32})`).exec(stdout)?.[1];
  if (createHash('md5').update(current).digest('hex') === shipped) return;
  throw new Problem({
    code: 'foreign-haproxy',
    summary: `${path} was written by somebody else, and one HAProxy has one configuration.`,
    remedy: 'Give it up with --take-over haproxy (a copy is kept), or free this host of it first.',
  });
}
