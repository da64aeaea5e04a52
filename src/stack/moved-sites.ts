import type {Resource} from '../model/resource.ts';
import {leftListens, leftListensId, sharedListens} from '../resources/moved-listens.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import type {Blueprint} from './blueprint.ts';
import {haproxyUnit, nginxUnit} from './names.ts';

/** Lets foreign sites share port 443 before HAProxy opens it. */
export function drawSharedSites({moved}: Blueprint): readonly Resource[] {
  return moved.map(each => sharedListens({...each, needs: []}));
}

/** Lets foreign sites leave port 443 once HAProxy has it, and loads that. */
export function drawLeftSites({moved}: Blueprint): readonly Resource[] {
  if (moved.length === 0) return [];
  const paths = moved.map(({path}) => path);
  return [
    ...moved.map(each => leftListens({...each, needs: [unitId(haproxyUnit)]})),
    systemdUnit({
      id: `${unitId(nginxUnit)}:behind-haproxy`,
      unit: nginxUnit,
      title: 'nginx, behind HAProxy',
      place: 'nginx',
      needs: paths.map(leftListensId),
      reads: paths,
      refresh: 'reload',
      log: '/var/log/nginx/error.log',
    }),
  ];
}
