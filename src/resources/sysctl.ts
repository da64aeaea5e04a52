import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';

type Live = {readonly value: string | undefined; readonly settable: boolean};
type SysctlState = ReadonlyMap<string, Live>;

/**
 * Kernel parameters as they run now, no smaller than wanted: a larger one is the owner's. The file that sets them at boot is a
 * resource of its own, which this one needs.
 */
export function sysctl({
  values,
  needs,
}: {
  values: Readonly<Record<string, string>>;
  needs: readonly string[];
}): Resource<SysctlState> {
  return {
    id: `sysctl:${Object.keys(values).join(',')}`,
    title: 'Kernel buffers for UDP media',
    place: 'host',
    kind: 'sysctl',
    needs,
    locks: [],
    read: async host =>
      new Map(await Promise.all(Object.keys(values).map(async key => [key, await readLive(host, key)] as const))),
    diff: state =>
      findSmall(values, state).map(([key, value]) => ({
        change: 'update',
        summary: `${key}: ${state.get(key)?.value} → ${value}`,
      })),
    async apply({host}, state) {
      for (const [key, value] of findSmall(values, state))
        await host.run({argv: ['sysctl', '-q', '-w', `${key}=${value}`]});
    },
  };
}

function findSmall(
  values: Readonly<Record<string, string>>,
  state: SysctlState,
): readonly (readonly [key: string, value: string])[] {
  return Object.entries(values).filter(([key, value]) => {
    const live = state.get(key);
    return live?.settable && Number(live.value) < Number(value);
  });
}

/** In a container the kernel shows no such parameter or only for reading: then nothing is planned, and a check warns. */
async function readLive(host: Host, key: string): Promise<Live> {
  const path = `/proc/sys/${key.replaceAll('.', '/')}`;
  const state = await host.files.stat(path);
  if (!state) return {value: undefined, settable: false};
  return {value: (await host.files.read(path))?.trim(), settable: (state.mode & 0o200) !== 0};
}
