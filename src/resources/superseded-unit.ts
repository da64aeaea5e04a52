import type {Place} from '../model/place.ts';
import type {Resource} from '../model/resource.ts';
import {isServing, parseProperties} from './systemd-unit.ts';

export type SupersededUnitOptions = {
  readonly unit: string;
  /** Where its file is. */
  readonly path: string;
  /** Tells from the file's text that another author's is about to take its place. */
  readonly isSuperseded: (text: string) => boolean;
  readonly place: Place;
  readonly needs: readonly string[];
};

/** The id under which the file that takes its place names it. */
export const supersededId = (unit: string) => `superseded:${unit}`;

/** No service runs by a unit file of another author's: only that file knows what has to be cleared away behind it. */
export function supersededUnit({unit, path, isSuperseded, place, needs}: SupersededUnitOptions): Resource<boolean> {
  return {
    id: supersededId(unit),
    title: `${unit}, by its former file`,
    place,
    kind: 'systemd-unit',
    needs,
    locks: [],
    async read(host) {
      const text = await host.files.read(path);
      if (text === undefined || !isSuperseded(text)) return false;
      const {stdout} = await host.query({argv: ['systemctl', 'show', unit, '--property=ActiveState']});
      return isServing(parseProperties(stdout).get('ActiveState'));
    },
    diff: runs => (runs ? [{change: 'remove', summary: `stop ${unit}, before its file is replaced`}] : []),
    async apply({host}) {
      await host.run({argv: ['systemctl', 'stop', unit]});
    },
  };
}
