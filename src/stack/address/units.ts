import type {Resource} from '../../model/resource.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {aptPackages, packagesId} from '../../resources/apt-packages.ts';
import {absentFile, file} from '../../resources/path.ts';
import {fileId} from '../../resources/path-state.ts';
import {systemdUnit, unitId} from '../../resources/systemd-unit.ts';
import {addressTimer, addressUnit, dnsPackages, serverPackages, unitPath} from '../names.ts';
import type {Assets} from '../template.ts';

const place = 'host';
const units = [addressUnit, addressTimer];

/** The timer that looks for another public address, and nsupdate where DNS entries follow with it; none of them by default. */
export function followingResources(settings: Settings, assets: Assets): readonly Resource[] {
  const {kind} = settings['dynamic-dns'];
  return [
    ...(settings.address.changes === 'off' ? absentTimer() : timer(assets)),
    ...(kind === 'rfc2136'
      ? [
          aptPackages({
            name: dnsPackages,
            packages: ['bind9-dnsutils'],
            title: 'nsupdate',
            place,
            mayRemove: [],
            needs: [packagesId(serverPackages)],
          }),
        ]
      : []),
  ];
}

function timer(assets: Assets): readonly Resource[] {
  const paths = units.map(unitPath);
  const unitFile = (unit: string, title: string) =>
    file({path: unitPath(unit), title, place, content: assets(`systemd/${unit}`)});
  return [
    unitFile(addressUnit, 'Address unit'),
    unitFile(addressTimer, 'Address timer unit'),
    systemdUnit({unit: addressTimer, title: 'Address timer', place, reads: paths, needs: paths.map(fileId)}),
  ];
}

function absentTimer(): readonly Resource[] {
  const stopped = {enabled: false, active: false};
  return [
    systemdUnit({unit: addressTimer, title: 'Address timer, removed', place, wanted: stopped}),
    ...units.map(unit =>
      absentFile({path: unitPath(unit), title: `${unit}, removed`, place, needs: [unitId(addressTimer)]}),
    ),
  ];
}
