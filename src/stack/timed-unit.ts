import type {Resource} from '../model/resource.ts';
import {absentFile, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import {unitPath} from './names.ts';
import {type Assets, render, type Values} from './template.ts';

const place = 'host';

/** A timer and the service that it starts, each with a template in assets. */
export type TimedUnit = {readonly title: string; readonly timer: string; readonly service: string};

/** Draws a timer that runs. The schemas of the settings let no value through that systemd would read as something else. */
export function timedUnit({title, timer, service}: TimedUnit, assets: Assets, values: Values): readonly Resource[] {
  const quote = (text: string) => text;
  const content = (unit: string) => render({template: assets(`systemd/${unit}`), quote, values});
  const units = [service, timer].map(unit => unitPath(unit));
  return [
    file({path: unitPath(service), title: `${title} unit`, place, content: content(service)}),
    file({path: unitPath(timer), title: `${title} timer unit`, place, content: content(timer)}),
    systemdUnit({unit: timer, title: `${title} timer`, place, reads: units, needs: units.map(fileId)}),
  ];
}

/** Draws a timer that is not there. */
export function absentTimedUnit({title, timer, service}: TimedUnit): readonly Resource[] {
  const stopped = {enabled: false, active: false};
  return [
    systemdUnit({unit: timer, title: `${title} timer, removed`, place, wanted: stopped}),
    ...[service, timer].map(unit =>
      absentFile({path: unitPath(unit), title: `${unit}, removed`, place, needs: [unitId(timer)]}),
    ),
  ];
}
