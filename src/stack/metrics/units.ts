import type {Resource} from '../../model/resource.ts';
import {absentFile, file} from '../../resources/path.ts';
import {fileId} from '../../resources/path-state.ts';
import {systemdUnit, unitId} from '../../resources/systemd-unit.ts';
import {metricsSocket, metricsUnit, unitPath} from '../names.ts';
import type {Assets} from '../template.ts';

const place = 'host';
const units = [
  [metricsUnit, 'Metrics unit'],
  [metricsSocket, 'Metrics socket unit'],
] as const;

/** The socket behind nginx, and the service that gives one answer on it; none of them if nobody asked for metrics. */
export function metricsResources(isOffered: boolean, assets: Assets): readonly Resource[] {
  if (!isOffered) return absentUnits();
  const paths = units.map(([unit]) => unitPath(unit));
  return [
    ...units.map(([unit, title]) => file({path: unitPath(unit), title, place, content: assets(`systemd/${unit}`)})),
    systemdUnit({unit: metricsSocket, title: 'Metrics socket', place, reads: paths, needs: paths.map(fileId)}),
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
