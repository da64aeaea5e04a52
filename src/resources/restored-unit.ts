import type {Resource} from '../model/resource.ts';
import type {RecordedUnit, Snapshot} from '../model/snapshot.ts';
import {isRunning, type SystemdUnitOptions, systemdUnit} from './systemd-unit.ts';

/**
 * A unit as a snapshot has it: stopped before its files are restored if it did not run, started after them if it did. `stopWhile`
 * stops it in any case while its unit file is not of the author of the restored one: only that file can clean up. `drain` stops it
 * in any case too, since others take its place.
 */
export function restoreUnit(
  {name: unit, was, place = 'host'}: Snapshot,
  {
    unrecorded,
    stopWhile,
    drain,
  }: {
    /** For snapshots of releases that recorded neither. */
    readonly unrecorded: Required<Pick<SystemdUnitOptions, 'reads' | 'refresh'>>;
    readonly stopWhile?: SystemdUnitOptions['onlyWhile'];
    readonly drain?: SystemdUnitOptions['drain'];
  },
): {readonly stops: readonly Resource[]; readonly starts: readonly Resource[]} {
  const {enabled, active, refresh, reads}: Partial<RecordedUnit> = was.type === 'unit' ? {...unrecorded, ...was} : {};
  const [wasEnabled, wasRunning] = [enabled === 'enabled', isRunning(active ?? '')];
  const stopped = {enabled: wasEnabled ? undefined : false, active: wasRunning && !drain ? undefined : false};
  const started = {enabled: wasEnabled || undefined, active: wasRunning || undefined};
  // An undo of the undo needs what the unit reads, so stopping records it too.
  const about = {unit, place, ...(refresh && {refresh}), ...(reads && {reads}), ...(drain && {drain})};
  const stop = systemdUnit({...about, title: `${unit}, stopped`, id: `stopped:${unit}`, wanted: stopped});
  const swap =
    stopWhile &&
    systemdUnit({
      ...about,
      title: `${unit} from the current unit file, stopped`,
      id: `superseded:${unit}`,
      wanted: {active: false},
      onlyWhile: stopWhile,
      needs: [stop.id],
    });
  const stops = [stop, ...(swap ? [swap] : [])];
  const start = systemdUnit({
    ...about,
    title: `${unit}, restored`,
    wanted: started,
    stoppedBy: [...(drain ? [stop.id] : []), ...(swap ? [swap.id] : [])],
    mayBeMissing: true,
  });
  return {stops, starts: was.type === 'unit' ? [start] : []};
}
