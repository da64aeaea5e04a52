import type {Command} from '../../src/model/host.ts';
import type {MemoryHost, Script} from '../fakes/memory-host.ts';

/** The state of a unit in systemd; `started` is milliseconds since 1970. */
export type Unit = {
  readonly active: boolean;
  /** Whether a reload is in progress. */
  readonly reloading?: boolean;
  readonly enabled: 'enabled' | 'disabled' | 'static';
  readonly started: number;
  readonly master?: number;
};

/** Makes a systemctl for these units; `onVerb` adds effects to a start, reload or restart. */
export function createSystemctl(
  units: Record<string, Unit>,
  onVerb: (verb: string, unit: string, host: MemoryHost) => void = () => {},
): Script {
  return ({argv: [, verb = '', ...rest]}: Command, host: MemoryHost) => {
    const name = rest.findLast(word => !word.startsWith('-') && word in units) ?? '';
    const unit = units[name];
    if (verb === 'show') return show(unit);
    if (unit && verb === 'enable') units[name] = {...unit, enabled: 'enabled'};
    if (unit && (verb === 'start' || verb === 'restart')) units[name] = {...unit, active: true, started: host.clock};
    if (unit && verb === 'stop') units[name] = {...unit, active: false};
    onVerb(verb, name, host);
    return '';
  };
}

function show(unit: Unit | undefined): string {
  if (!unit) return 'MainPID=0\nActiveState=inactive\nUnitFileState=\nActiveEnterTimestamp=\n';
  const [day, time] = new Date(unit.started).toISOString().split(/[TZ]/);
  const state = unit.reloading ? 'reloading' : unit.active ? 'active' : 'inactive';
  const since = unit.active ? `Sun ${day} ${time}000 UTC` : '';
  return `MainPID=${unit.master ?? 0}\nActiveState=${state}\nUnitFileState=${unit.enabled}\nActiveEnterTimestamp=${since}\n`;
}

/** Writes the files in /proc that show the age of a master's workers; `started` is milliseconds since 1970. */
export function placeWorkers(host: MemoryHost, master: number, started: readonly number[]): void {
  const uptime = 10_000;
  const booted = host.clock - uptime * 1000;
  const put = (path: string, content: string) =>
    host.tree.set(path, {type: 'file', content, mode: 0o444, uid: 0, gid: 0, modified: host.clock});
  put('/proc/uptime', `${uptime}.00 0.00\n`);
  put(`/proc/${master}/task/${master}/children`, started.map((_, index) => `${master + 1 + index} `).join(''));
  for (const [index, at] of started.entries()) {
    const fields = ['S', ...Array.from({length: 18}, () => '0'), String(Math.round((at - booted) / 10)), '0'];
    put(`/proc/${master + 1 + index}/stat`, `${master + 1 + index} (a (worker) x) ${fields.join(' ')}\n`);
  }
}
