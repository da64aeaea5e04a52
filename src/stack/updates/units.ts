import type {Resource} from '../../model/resource.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {file} from '../../resources/path.ts';
import {fileId} from '../../resources/path-state.ts';
import {systemdUnit} from '../../resources/systemd-unit.ts';
import {recoverUnit, unitPath, updateTimer, updateUnit} from '../names.ts';
import {type Assets, render} from '../template.ts';
import {absentTimerUnits, timerUnits} from '../timer-units.ts';

const place = 'host';
const units = {service: updateUnit, timer: updateTimer, word: 'Update'} as const;

/**
 * The timer that looks for updates, and the service that it starts; none of them if updates are off. The unit that takes back an
 * update after a power failure is always there, since updates can be started by hand.
 */
export function updateResources({mode, at, program}: Settings['updates'], assets: Assets): readonly Resource[] {
  const applies = mode === 'apply';
  const values = {at, applies, program: applies && program};
  return [
    ...(mode === 'off' ? absentTimerUnits(units) : timerUnits(units, values, assets)),
    file({
      path: unitPath(recoverUnit),
      title: 'Unit for interrupted updates',
      place,
      content: render({template: assets(`systemd/${recoverUnit}`), quote: text => text, values}),
    }),
    systemdUnit({
      unit: recoverUnit,
      title: 'Recovery of interrupted updates',
      place,
      // It runs at boot, and only then.
      wanted: {enabled: true},
      needs: [fileId(unitPath(recoverUnit))],
    }),
  ];
}
