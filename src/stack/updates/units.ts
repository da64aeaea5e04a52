import type {Resource} from '../../model/resource.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {absentFile, file} from '../../resources/path.ts';
import {fileId} from '../../resources/path-state.ts';
import {systemdUnit, unitId} from '../../resources/systemd-unit.ts';
import {recoverUnit, unitPath, updateTimer, updateUnit} from '../names.ts';
import {type Assets, render} from '../template.ts';

const place = 'host';

/**
 * The timer that looks for updates, and the service that it starts; none of them if updates are off. The unit that takes back an
 * update after a power failure is always there, since updates can be started by hand.
 */
export function updateResources(settings: Settings['updates'], assets: Assets): readonly Resource[] {
  return [
    ...(settings.mode === 'off' ? absentTimer() : timer(settings, assets)),
    file({
      path: unitPath(recoverUnit),
      title: 'Unit for interrupted updates',
      place,
      content: assets(`systemd/${recoverUnit}`),
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

function timer({mode, at}: Settings['updates'], assets: Assets): readonly Resource[] {
  const values = {at, applies: mode === 'apply'};
  // The schema of the settings lets only a time of day through, and systemd takes no quotes here.
  const quote = (text: string) => text;
  const content = (unit: string) => render({template: assets(`systemd/${unit}`), quote, values});
  const units = [updateUnit, updateTimer].map(unit => unitPath(unit));
  return [
    file({path: unitPath(updateUnit), title: 'Update unit', place, content: content(updateUnit)}),
    file({path: unitPath(updateTimer), title: 'Update timer unit', place, content: content(updateTimer)}),
    systemdUnit({unit: updateTimer, title: 'Update timer', place, reads: units, needs: units.map(fileId)}),
  ];
}

function absentTimer(): readonly Resource[] {
  const stopped = {enabled: false, active: false};
  return [
    systemdUnit({unit: updateTimer, title: 'Update timer, removed', place, wanted: stopped}),
    ...[updateUnit, updateTimer].map(unit =>
      absentFile({path: unitPath(unit), title: `${unit}, removed`, place, needs: [unitId(updateTimer)]}),
    ),
  ];
}
