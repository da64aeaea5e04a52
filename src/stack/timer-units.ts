import type {Resource} from '../model/resource.ts';
import {absentFile, file} from '../resources/path.ts';
import {fileId} from '../resources/path-state.ts';
import {systemdUnit, unitId} from '../resources/systemd-unit.ts';
import {unitPath} from './names.ts';
import {type Assets, render, type Values} from './template.ts';

/** A timer and the service that it starts: `jitsi-onebox-WORD.timer` and `.service`, with templates of these names. */
export type TimerUnits = {
  readonly service: string;
  readonly timer: string;
  /** What they do, in a word for titles. */
  readonly word: string;
};

/** Draws a timer that runs. The schemas of the settings let no value through that systemd would read as something else. */
export function timerUnits({service, timer, word}: TimerUnits, values: Values, assets: Assets): readonly Resource[] {
  const content = (unit: string) => render({template: assets(`systemd/${unit}`), quote: text => text, values});
  const paths = [service, timer].map(unitPath);
  return [
    file({path: unitPath(service), title: `${word} unit`, place: 'host', content: content(service)}),
    file({path: unitPath(timer), title: `${word} timer unit`, place: 'host', content: content(timer)}),
    systemdUnit({unit: timer, title: `${word} timer`, place: 'host', reads: paths, needs: paths.map(fileId)}),
  ];
}

/** Draws both as absent. */
export function absentTimerUnits({service, timer, word}: TimerUnits): readonly Resource[] {
  const wanted = {enabled: false, active: false};
  return [
    systemdUnit({unit: timer, title: `${word} timer, removed`, place: 'host', wanted}),
    ...[service, timer].map(unit =>
      absentFile({path: unitPath(unit), title: `${unit}, removed`, place: 'host', needs: [unitId(timer)]}),
    ),
  ];
}
