import {createHash} from 'node:crypto';
import {type Host, repositoryOf} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import type {ImageMove, Upgrade} from '../../model/request.ts';
import {Secret} from '../../model/secret.ts';
import {localRepositoryOf, packagesLabel} from '../../resources/local-image.ts';
import {quoteShell} from '../quoting.ts';
import type {Assets} from '../template.ts';
import {parseLook} from './look.ts';

/** An image by its name, the digest of the one in use, and that of the published image that it is or was built from. */
type Question = {readonly name: string; readonly from: string | undefined; readonly base: string | undefined};

/** Looks for newer packages in a container of an image, which is thrown away. Changes nothing. */
export async function findUpgrades(
  host: Host,
  assets: Assets,
  {name, from, base}: Question,
): Promise<(ImageMove & {readonly bytes: number}) | undefined> {
  if (from === undefined || base === undefined) return undefined;
  const known = from === base ? [] : await readPackages(host, from);
  const image = `${repositoryOf(name)}@${base}`;
  const as = ['--rm', '--pull=never', '--interactive', '--user', '0', '--entrypoint', 'sh', '--cpu-shares', '128'];
  const input = await addProxy(host, assets('rebuild/look.sh'));
  const {exitCode, stdout, stderr} = await host.query({
    argv: ['docker', 'run', ...as, image, '-s', ...known],
    input,
  });
  if (exitCode !== 0) throw notSeen(name, stderr);
  const found = parseLook(stdout);
  const upgrades = found.filter(each => each.from !== each.to);
  if (upgrades.length === 0) return undefined;
  const packages = found.map(each => `${each.name}=${each.to}`).toSorted();
  return {
    from,
    to: nameBuild(name, base, packages),
    bytes: found.reduce((sum, {bytes}) => sum + bytes, 0),
    rebuild: {base, packages, upgrades: upgrades.map(({bytes: _bytes, ...upgrade}) => upgrade)},
  };
}

/** Names an image after everything that it is built from, so that the same is built only once. */
function nameBuild(name: string, base: string, packages: readonly string[]): string {
  const digest = createHash('sha256')
    .update([base, ...packages].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const tag = name.slice(repositoryOf(name).length + 1).replace(/@.*$/, '') || 'latest';
  return `${localRepositoryOf(repositoryOf(name))}:${tag.slice(0, 100)}-${digest}`;
}

/** Gives a script the proxy that apt uses on this host, which containers do not know. Its URL may have a password. */
export async function addProxy(host: Host, script: string): Promise<Secret> {
  const {stdout} = await host.query({argv: ['apt-config', 'shell', 'PROXY', 'Acquire::http::Proxy']});
  const [, proxy = ''] = /^PROXY='(https?:\/\/[^']+)'$/m.exec(stdout) ?? [];
  return new Secret(`proxy=${quoteShell(proxy)}\n${script}`);
}

/** Reads which packages were upgraded when an image was built here. */
async function readPackages(host: Host, image: string): Promise<readonly string[]> {
  const format = `{{index .Config.Labels "${packagesLabel}"}}`;
  const {exitCode, stdout} = await host.query({argv: ['docker', 'image', 'inspect', '--format', format, image]});
  return exitCode === 0 ? stdout.split(/\s+/).filter(each => each.includes('=')) : [];
}

function notSeen(name: string, output: string): Problem {
  const last = output.trim().split('\n').slice(-5);
  return new Problem({
    code: 'packages-unknown',
    summary: [`A container of ${name} could not ask for newer packages:`, ...last].join('\n'),
    remedy: 'See that containers of this machine reach the mirrors of Debian, then try again.',
  });
}

/** Describes an upgrade: `bash 5.2.37-2 to 5.2.37-3 (CVE-2026-1234)`. */
export function describeUpgrade({name, from, to, fixes}: Upgrade): string {
  return `${name} ${from} to ${to}${fixes.length > 0 ? ` (${fixes.join(', ')})` : ''}`;
}
