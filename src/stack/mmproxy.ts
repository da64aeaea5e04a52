import {createHash} from 'node:crypto';
import type {Resource} from '../model/resource.ts';
import {packagesId} from '../resources/apt-packages.ts';
import {nftTable, parseTable} from '../resources/nft-table.ts';
import {directory, directoryId, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {policyRouting} from '../resources/policy-routing.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import {systemUser} from '../resources/user.ts';
import type {Blueprint} from './blueprint.ts';
import {guardTable, guardUnit, isWrittenByUs, mmproxyUnit, ownDirectory, serverPackages, unitPath} from './names.ts';
import {quoteNft, quoteSystemdArgument} from './quoting.ts';
import {returnTable} from './return-rule.ts';
import {type Assets, render} from './template.ts';

const allowed = `${ownDirectory}/mmproxy-allowed`;
const guard = `${ownDirectory}/guard.nft`;
const nftablesSettings = '/etc/systemd/system/nftables.service.d';

const place = 'mmproxy';
const table = returnTable;

const families = {
  4: {source: '127.0.0.0/8', route: ['local', '0.0.0.0/0', 'dev', 'lo']},
  6: {source: '::1', route: ['local', '::/0', 'dev', 'lo']},
} as const;

/** go-mmproxy with its user and unit, the return routes for nginx's answers, and the guard that shields it. */
export function mmproxyResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  const routed = blueprint.ipv6 ? ([4, 6] as const) : ([4] as const);
  return [
    systemUser({name: 'mmproxy', title: 'go-mmproxy user', place}),
    ownFile({path: allowed, title: 'Trusted PROXY sources', content: assets('mmproxy/allowed')}),
    ...guardResources(blueprint, assets),
    ...unitResources(blueprint, assets),
    ...routed.map(family => routingResource(family, blueprint)),
  ];
}

function ownFile(options: {path: string; title: string; content: string}): Resource {
  return file({...options, place, needs: [directoryId(ownDirectory)]});
}

function guardResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  return [
    ownFile({path: guard, title: 'Guard rules', content: renderGuard(blueprint, assets)}),
    file({
      path: unitPath(guardUnit),
      title: 'Guard unit',
      place,
      content: render({template: assets(`systemd/${guardUnit}`), quote: quoteSystemdArgument, values: {file: guard}}),
    }),
    directory({path: nftablesSettings, title: `Directory ${nftablesSettings}`, place}),
    file({
      path: `${nftablesSettings}/jitsi-onebox.conf`,
      title: 'Guard with nftables',
      place,
      content: assets('systemd/nftables.conf'),
      needs: [directoryId(nftablesSettings)],
    }),
    systemdUnit({
      unit: guardUnit,
      title: 'Guard',
      place,
      needs: [
        fileId(guard),
        fileId(unitPath(guardUnit)),
        fileId(`${nftablesSettings}/jitsi-onebox.conf`),
        packagesId(serverPackages),
      ],
      reads: [guard, unitPath(guardUnit)],
    }),
    nftTable({
      table: guardTable,
      file: guard,
      rules: parseTable(renderGuard(blueprint, assets)).rules,
      comment: `hash ${guardHash(blueprint, assets)} of the loaded file`,
      title: 'Guard rules in the kernel',
      place,
      needs: [unitId(guardUnit)],
    }),
  ];
}

function unitResources(blueprint: Blueprint, assets: Assets): readonly Resource[] {
  return [
    // The guide's unit has another routing rule, which only its own stop command removes.
    systemdUnit({
      id: `superseded:${mmproxyUnit}`,
      unit: mmproxyUnit,
      title: `${mmproxyUnit} from the previous unit file`,
      place,
      wanted: {active: false},
      reads: [unitPath(mmproxyUnit), allowed],
      onlyWhile: {path: unitPath(mmproxyUnit), holds: current => !isWrittenByUs(current)},
      needs: [fileId(allowed), 'user:mmproxy', packagesId(serverPackages), unitId(guardUnit)],
    }),
    file({
      path: unitPath(mmproxyUnit),
      title: 'go-mmproxy unit',
      place,
      content: renderUnit(blueprint, assets),
      needs: [`superseded:${mmproxyUnit}`],
    }),
    systemdUnit({
      unit: mmproxyUnit,
      title: 'go-mmproxy',
      place,
      needs: [fileId(unitPath(mmproxyUnit))],
      reads: [unitPath(mmproxyUnit), allowed],
    }),
  ];
}

/** Returns the arguments of `ip rule add` that route nginx's answers to go-mmproxy. */
function rule(family: 4 | 6, port: number): readonly string[] {
  const {source} = families[family];
  return `protocol kernel from ${source} iif lo ipproto tcp sport ${port} lookup ${table}`.split(' ');
}

function routingResource(family: 4 | 6, {ports, preference}: Blueprint): Resource {
  return policyRouting({
    family,
    preference,
    table,
    rule: rule(family, ports.https),
    shown: `from ${families[family].source} iif lo ipproto tcp sport ${ports.https} lookup ${table} proto kernel`,
    route: families[family].route,
    unit: mmproxyUnit,
    title: `Return route, IPv${family}`,
    place,
  });
}

export function renderUnit({ports, ipv6, preference}: Blueprint, assets: Assets): string {
  return render({
    template: assets(`systemd/${mmproxyUnit}`),
    quote: quoteSystemdArgument,
    values: {
      allowed,
      guard,
      preference,
      table,
      ipv6,
      rule4: rule(4, ports.https),
      rule6: rule(6, ports.https),
      route4: families[4].route,
      route6: families[6].route,
      mmproxyPort: ports.mmproxy,
      httpsPort: ports.https,
    },
  });
}

/** Renders the guard's rules. A comment in them holds their hash, so that the kernel's table shows which text it was loaded from. */
export function renderGuard(blueprint: Blueprint, assets: Assets): string {
  return fillGuard({blueprint, assets, hash: guardHash(blueprint, assets)});
}

function guardHash(blueprint: Blueprint, assets: Assets): string {
  return createHash('sha256')
    .update(fillGuard({blueprint, assets, hash: '0'}))
    .digest('hex')
    .slice(0, 16);
}

function fillGuard({blueprint, assets, hash}: {blueprint: Blueprint; assets: Assets; hash: string}): string {
  const {ports, network, turnDomain, limits, metrics} = blueprint;
  const values = {
    hash,
    mmproxyPort: ports.mmproxy,
    httpsPort: ports.https,
    metricsPort: metrics?.port ?? 0,
    connections: limits.nginx,
    subnet: network.subnet,
    relay: turnDomain !== undefined,
    turn: network.turn,
  };
  return render({template: assets('mmproxy/guard.nft'), quote: quoteNft, values});
}
