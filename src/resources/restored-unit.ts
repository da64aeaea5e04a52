import type {Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import type {Difference, Resource} from '../model/resource.ts';
import type {SnapshotState} from '../model/snapshot.ts';
import {isServing, parseProperties} from './systemd-unit.ts';

export type RestoredUnitOptions = {
  readonly unit: string;
  readonly was: SnapshotState;
  readonly place: Place;
  readonly needs: readonly string[];
};

type UnitState = {
  readonly exists: boolean;
  readonly enabled: string;
  readonly active: boolean;
  readonly triggers: readonly string[];
};

const isRunning = (state: string | undefined) => isServing(state) || state === 'activating';

/** A unit that was not there, or did not run: stopped and disabled, before its files go. */
export function retiredUnit({unit, was, place, needs}: RestoredUnitOptions): Resource<UnitState> {
  const keepsEnabled = was.type === 'unit' && was.enabled === 'enabled';
  const isWanted = was.type === 'unit' && isRunning(was.active);
  return {
    id: `stopped:${unit}`,
    title: `${unit}, stopped`,
    place,
    kind: 'systemd-unit',
    needs,
    locks: [],
    read: host => readUnit(host, unit),
    diff: ({enabled, active}): readonly Difference[] => [
      ...(active && !isWanted ? [{change: 'remove' as const, summary: `stop ${unit}`}] : []),
      ...(/^enabled/.test(enabled) && !keepsEnabled ? [{change: 'update' as const, summary: `disable ${unit}`}] : []),
    ],
    async apply({host}, {triggers}, differences) {
      const has = (kind: string) => differences.some(({change}) => change === kind);
      if (has('update')) await host.run({argv: ['systemctl', 'disable', '--quiet', unit]});
      // Else the next knock at its socket starts it again.
      if (has('remove')) await host.run({argv: ['systemctl', 'stop', ...triggers, unit]});
    },
  };
}

/** A unit that was there: enabled and started as it was. */
export function restoredUnit({unit, was, place, needs}: RestoredUnitOptions): Resource<UnitState> {
  const wanted = was.type === 'unit' ? was : {enabled: '', active: ''};
  return {
    id: `restored:${unit}`,
    title: `${unit}, as it was`,
    place,
    kind: 'systemd-unit',
    needs,
    locks: [],
    read: host => readUnit(host, unit),
    // One that its owner removed meanwhile cannot be started.
    diff: ({exists, enabled, active}): readonly Difference[] => [
      ...(wanted.enabled === 'enabled' && enabled === 'disabled'
        ? [{change: 'update' as const, summary: `enable ${unit}`}]
        : []),
      ...(exists && isRunning(wanted.active) && !active ? [{change: 'start' as const, summary: `start ${unit}`}] : []),
    ],
    async apply({host}, _state, differences) {
      await host.run({argv: ['systemctl', 'daemon-reload']});
      for (const {change} of differences)
        await host.run({argv: ['systemctl', change === 'update' ? 'enable' : 'start', '--quiet', unit]});
    },
  };
}

async function readUnit(host: Host, unit: string): Promise<UnitState> {
  const properties = 'LoadState,ActiveState,UnitFileState,TriggeredBy';
  const {stdout} = await host.query({argv: ['systemctl', 'show', unit, `--property=${properties}`]});
  const show = parseProperties(stdout);
  return {
    exists: show.get('LoadState') !== 'not-found',
    enabled: show.get('UnitFileState') ?? '',
    active: isRunning(show.get('ActiveState')),
    triggers: (show.get('TriggeredBy') ?? '').split(' ').filter(name => name.endsWith('.socket')),
  };
}
