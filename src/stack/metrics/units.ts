import type {Resource} from '../../model/resource.ts';
import {packagesId} from '../../resources/apt-packages.ts';
import {absentFile, file} from '../../resources/path.ts';
import {fileId} from '../../resources/path-state.ts';
import {systemdUnit, unitId} from '../../resources/systemd-unit.ts';
import type {Blueprint} from '../blueprint.ts';
import {metricsSocket, metricsUnit, serverPackages, unitPath} from '../names.ts';
import {quoteSystemd} from '../quoting.ts';
import {type Assets, render} from '../template.ts';

const place = 'host';
const units = [
  [metricsUnit, 'Metrics unit'],
  [metricsSocket, 'Metrics socket unit'],
] as const;

/** The socket behind nginx, and the service that gives one answer on it; none of them if nobody asked for metrics. */
export function metricsResources({metrics, nginxGroup}: Blueprint, assets: Assets): readonly Resource[] {
  if (!metrics) return absentUnits();
  const paths = units.map(([unit]) => unitPath(unit));
  return [
    ...units.map(([unit, title]) =>
      file({
        path: unitPath(unit),
        title,
        place,
        content: render({template: assets(`systemd/${unit}`), quote: quoteSystemd, values: {group: nginxGroup}}),
      }),
    ),
    systemdUnit({
      unit: metricsSocket,
      title: 'Metrics socket',
      place,
      reads: paths,
      // The group of nginx is in its package.
      needs: [...paths.map(fileId), packagesId(serverPackages)],
    }),
  ];
}

function absentUnits(): readonly Resource[] {
  const wanted = {enabled: false, active: false};
  return [
    systemdUnit({unit: metricsSocket, title: 'Metrics socket, removed', place, wanted}),
    ...units.map(([unit]) =>
      absentFile({path: unitPath(unit), title: `${unit}, removed`, place, needs: [unitId(metricsSocket)]}),
    ),
  ];
}
