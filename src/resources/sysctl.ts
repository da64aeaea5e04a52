import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';

type Values = Readonly<Record<string, string>>;
type Live = {readonly value: string | undefined; readonly settable: boolean};
type SysctlState = ReadonlyMap<string, Live>;

/**
 * Kernel parameters as they are now, no smaller than wanted: a larger one is the user's own. The file that sets them at boot is a
 * resource of its own.
 */
export function sysctl({values, needs}: {values: Values; needs: readonly string[]}): Resource<SysctlState> {
  const isRight = (live: string, wanted: string) => Number(live) >= Number(wanted);
  return sysctlResource({values, needs, isRight, title: 'Kernel buffers for UDP media'});
}

/** A kernel parameter as a snapshot has it. */
export function restoreParameter({name, was}: Snapshot): Resource<SysctlState> | undefined {
  if (was.type !== 'value') return undefined;
  const isRight = (live: string, wanted: string) => live === wanted;
  return sysctlResource({values: {[name]: was.value}, needs: [], isRight, title: `Kernel parameter ${name}, restored`});
}

/** Records kernel parameters as they are now. */
export function snapshotParameters(host: Host, keys: readonly string[]): Promise<readonly Snapshot[]> {
  return Promise.all(
    keys.map(async (name): Promise<Snapshot> => {
      const {value} = await readLive(host, name);
      return {thing: 'sysctl', name, place: 'host', was: value === undefined ? absent : {type: 'value', value}};
    }),
  );
}

function sysctlResource({
  values,
  needs,
  isRight,
  title,
}: {
  values: Values;
  needs: readonly string[];
  isRight: (live: string, wanted: string) => boolean;
  title: string;
}): Resource<SysctlState> {
  const keys = Object.keys(values);
  const listWrong = (state: SysctlState) =>
    Object.entries(values).flatMap(([key, wanted]) => {
      const {value, settable} = state.get(key) ?? {value: undefined, settable: false};
      return settable && value !== undefined && !isRight(value, wanted) ? [{key, value, wanted}] : [];
    });
  return {
    id: `sysctl:${keys.join(',')}`,
    title,
    place: 'host',
    kind: 'sysctl',
    needs,
    locks: [],
    read: async host => new Map(await Promise.all(keys.map(async key => [key, await readLive(host, key)] as const))),
    diff: state =>
      listWrong(state).map(({key, value, wanted}) => ({change: 'update', summary: `${key}: ${value} → ${wanted}`})),
    record: (host, state) =>
      snapshotParameters(
        host,
        listWrong(state).map(({key}) => key),
      ),
    async apply({host}, state) {
      for (const {key, wanted} of listWrong(state)) await host.run({argv: ['sysctl', '-q', '-w', `${key}=${wanted}`]});
    },
  };
}

/** In a container the kernel hides some parameters or shows them read-only: then nothing is planned, and a check warns. */
async function readLive({files}: Host, key: string): Promise<Live> {
  const path = `/proc/sys/${key.replaceAll('.', '/')}`;
  const state = await files.stat(path);
  if (!state) return {value: undefined, settable: false};
  return {value: (await files.read(path))?.trim().replace(/\s+/g, ' '), settable: (state.mode & 0o200) !== 0};
}
