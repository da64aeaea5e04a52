import {readDuration} from '../../model/duration.ts';
import type {Resource} from '../../model/resource.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {watchTimer, watchUnit} from '../names.ts';
import type {Assets} from '../template.ts';
import {absentTimerUnits, timerUnits} from '../timer-units.ts';

const units = {service: watchUnit, timer: watchTimer, word: 'Watch'} as const;

/** The timer of the regular checks, and the service that it starts; none of them if nobody watches. */
export function watchResources({mode, interval}: Settings['watch'], assets: Assets): readonly Resource[] {
  if (mode === 'off') return absentTimerUnits(units);
  return timerUnits(units, {seconds: readDuration(interval) ?? 3600}, assets);
}
