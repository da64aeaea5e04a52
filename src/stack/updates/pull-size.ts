import type {Host} from '../../model/host.ts';
import {limit} from '../../model/limit.ts';
import type {Machine} from '../../model/machine.ts';
import {Problem} from '../../model/problem.ts';

/** Unpacked, Jitsi's images take 2.5 times the bytes of their archives, and the archives are there at the same time. */
export const growth = 4;
const margin = 200 * 1024 ** 2;

type ReadLayers = Machine['readLayers'];

/** Milliseconds that a registry has. */
const patience = 10_000;

/** Sums up the layers that a new image has and the former one has not; undefined if the registry does not say. */
export async function measurePull(
  readLayers: ReadLayers,
  repository: string,
  {from, to}: {readonly from: string | undefined; readonly to: string},
): Promise<number | undefined> {
  const read = (digest: string) =>
    limit(patience, new AbortController().signal, signal => readLayers(`${repository}@${digest}`, signal)).catch(
      () => undefined,
    );
  const [before, after] = await Promise.all([from === undefined ? [] : read(from), read(to)]);
  if (after === undefined) return undefined;
  const known = new Set((before ?? []).map(({digest}) => digest));
  return after.reduce((sum, {digest, size}) => (known.has(digest) ? sum : sum + size), 0);
}

/** Returns the bytes that a download needs on the disk. */
export const needOf = (bytes: number): number => bytes * growth + margin;

/** Finds out whether the disk of the images has space for an update; one whose size is not known may begin. */
export async function findLackOfRoom(host: Host, bytes: number | undefined): Promise<Problem | undefined> {
  if (bytes === undefined || bytes === 0) return undefined;
  const root = (await host.query({argv: ['docker', 'info', '--format', '{{.DockerRootDir}}']})).stdout.trim();
  const directory = root.startsWith('/') ? root : '/var/lib/docker';
  const {exitCode, stdout} = await host.query({argv: ['df', '--output=avail', '--block-size=1', directory]});
  const free = Number(stdout.trim().split('\n').at(-1));
  if (exitCode !== 0 || !Number.isFinite(free) || free >= needOf(bytes)) return undefined;
  const inMegabytes = (number: number) => `${Math.round(number / 1e6)} MB`;
  return new Problem({
    code: 'no-room',
    summary: `The update needs ${inMegabytes(needOf(bytes))} below ${directory}, where ${inMegabytes(free)} are free. Nothing was changed.`,
    remedy:
      'Free some space on the disk (`docker system df` and `df -h` show where), then run `jitsi-onebox update --now`.',
  });
}
