import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';

/** Unpacked, Jitsi's images take 2.5 times the bytes of their archives, and the archives are there at the same time. */
export const growth = 4;
const margin = 200 * 1024 ** 2;

type Layer = {readonly digest: string; readonly size: number};
type Manifest = {
  readonly Descriptor?: {readonly platform?: {readonly architecture?: string; readonly os?: string}};
  readonly SchemaV2Manifest?: {readonly layers?: readonly Layer[]};
  readonly OCIManifest?: {readonly layers?: readonly Layer[]};
};

/** Sums up the layers that a new image has and the former one has not; undefined if the registry does not say. */
export async function measurePull(
  host: Host,
  repository: string,
  {from, to}: {readonly from: string | undefined; readonly to: string},
): Promise<number | undefined> {
  const [before, after] = await Promise.all([
    from === undefined ? [] : readLayers(host, `${repository}@${from}`),
    readLayers(host, `${repository}@${to}`),
  ]);
  if (after === undefined) return undefined;
  const known = new Set((before ?? []).map(({digest}) => digest));
  return after.reduce((sum, {digest, size}) => (known.has(digest) ? sum : sum + size), 0);
}

/** Reads the layers of an image for this machine, with the credentials of this host's Docker client. */
async function readLayers(host: Host, image: string): Promise<readonly Layer[] | undefined> {
  const {exitCode, stdout} = await host.query({argv: ['docker', 'manifest', 'inspect', '--verbose', image]});
  if (exitCode !== 0) return undefined;
  try {
    const answer: Manifest | readonly Manifest[] = JSON.parse(stdout);
    const manifests = [answer].flat();
    const manifest = manifests.length > 1 ? manifests.find(isOfThisMachine) : manifests[0];
    return (manifest?.SchemaV2Manifest ?? manifest?.OCIManifest)?.layers;
  } catch {
    return undefined;
  }
}

const architectures: Readonly<Record<string, string>> = {x64: 'amd64', ia32: '386'};

function isOfThisMachine({Descriptor: {platform} = {}}: Manifest): boolean {
  return platform?.os === 'linux' && platform.architecture === (architectures[process.arch] ?? process.arch);
}

/** Returns the bytes that a download needs on the disk. */
export const needOf = (bytes: number): number => bytes * growth + margin;

/** Finds out whether the disk of the images has room for an update; one whose size is not known may begin. */
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
    remedy: 'Make room on the disk (`docker system df` and `df -h` show where), then run `jitsi-onebox update --now`.',
  });
}
