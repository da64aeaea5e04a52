import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';

type Live = {readonly value: string | undefined; readonly settable: boolean};
type SysctlState = ReadonlyMap<string, Live>;

/** Kernel parameters as they run now; the file that sets them at boot is a resource of its own, which this one needs. */
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
      Object.entries(values)
        .filter(([key, value]) => state.get(key)?.settable && state.get(key)?.value !== value)
        .map(([key, value]) => ({change: 'update', summary: `${key}: ${state.get(key)?.value} → ${value}`})),
    async apply({host}, state) {
      for (const [key, value] of Object.entries(values)) {
        if (!state.get(key)?.settable) continue;
        await host.run({argv: ['sysctl', '-q', '-w', `${key}=${value}`]});
      }
    },
  };
}

/** In a container the kernel shows no such parameter or only for reading: then nothing is planned, and a check warns. */
async function readLive(host: Host, key: string): Promise<Live> {
  const path = `/proc/sys/${key.replaceAll('.', '/')}`;
  const state = await host.files.stat(path);
  if (!state) return {value: undefined, settable: false};
  return {value: (await host.files.read(path))?.trim(), settable: (state.mode & 0o200) !== 0};
}
