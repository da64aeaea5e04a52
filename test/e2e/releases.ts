import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import manifest from '../../package.json' with {type: 'json'};

export const {version} = manifest;

/** A version later than any. */
export const nextVersion = '99.0.0';

/** Where the lab's release server looks. */
export const served = '/run/jitsi-onebox-lab/releases';

const checkout = new URL('../..', import.meta.url).pathname;
const url = 'https://get.example.net';
const key = `${served}.key`;
const sh = (line: string, cwd: string) => execa('sh', ['-euc', line], {cwd, stdin: 'ignore'});

/** Serves a release of this checkout; the one that is served already when it is of the same sources. */
export async function serveRelease(): Promise<void> {
  const sources = await copyCheckout();
  const stamp = await digest(sources);
  if ((await readFile(`${served}.made-from`, 'utf8').catch(() => '')) !== stamp) {
    await rm(served, {recursive: true, force: true});
    await execa('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key]);
    await release(sources, served);
    await writeFile(`${served}.made-from`, stamp);
  }
  await rm(sources, {recursive: true});
}

/** Makes the release of one architecture once more, from another place, and returns its directory. */
export async function releaseAgain(architecture: string): Promise<string> {
  const sources = await copyCheckout();
  await release(sources, `${sources}/release`, '--architecture', architecture);
  return `${sources}/release/${version}`;
}

async function release(sources: string, out: string, ...options: readonly string[]): Promise<void> {
  const argv = ['--url', url, '--key', key, '--out', out, ...options];
  await execa(`${sources}/scripts/release`, argv, {env: {SOURCE_DATE_EPOCH: '1790000000'}, stdin: 'ignore'});
}

/** What a clone would hold, with what is not committed yet, in a new place. */
async function copyCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'jitsi-onebox-checkout-'));
  await sh(`git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C ${copy}`, checkout);
  await symlink(join(checkout, 'node_modules'), `${copy}/node_modules`);
  return copy;
}

async function digest(directory: string): Promise<string> {
  const places = 'assets src scripts install.sh package.json package-lock.json';
  const {stdout} = await sh(`find ${places} -type f -print0 | sort -z | xargs -0 sha256sum`, directory);
  return createHash('sha256').update(stdout).digest('hex');
}

/** Serves this release once more as a later version with one asset changed, as the newest. */
export async function serveNext(): Promise<void> {
  const tree = await mkdtemp(join(tmpdir(), 'jitsi-onebox-next-'));
  const home = `${tree}/usr/lib/jitsi-onebox`;
  await execa('dpkg-deb', ['-R', (await listPackages())[0] ?? '', tree]);
  const bundles = (await readdir(`${home}/lib`)).map(name => `${home}/lib/${name}`);
  for (const path of [...bundles, `${home}/install.sh`, `${tree}/DEBIAN/control`]) await renumber(path);
  await sh('echo "# Of the next version." >>usr/lib/jitsi-onebox/assets/sysctl/90-jitsi-onebox.conf', tree);
  const folder = `${served}/${nextVersion}`;
  await mkdir(folder, {recursive: true});
  const file = `jitsi-onebox_${nextVersion}_${await architecture()}.deb`;
  await execa('dpkg-deb', ['-Znone', '--root-owner-group', '--build', tree, `${folder}/${file}`]);
  await rm(tree, {recursive: true});
  await sign(folder);
  await sh('cp SHA256SUMS* ../latest', folder);
}

async function renumber(path: string): Promise<void> {
  const text = await readFile(path, 'latin1');
  // Not in the middle of an address.
  const whole = new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?![\\d.])`, 'g');
  await writeFile(path, text.replace(whole, nextVersion), 'latin1');
}

/** Signs what a folder holds, with the key of the project or of somebody else. */
export async function sign(folder: string, signer = key): Promise<void> {
  await sh('rm -f SHA256SUMS*; sha256sum * >SHA256SUMS', folder);
  await sh(`openssl pkeyutl -sign -inkey ${signer} -rawin -in SHA256SUMS -out SHA256SUMS.sig`, folder);
}

/** The packages that are served, this machine's architecture first. */
export async function listPackages(): Promise<readonly string[]> {
  const own = await architecture();
  return [own, own === 'amd64' ? 'arm64' : 'amd64'].map(
    name => `${served}/${version}/jitsi-onebox_${version}_${name}.deb`,
  );
}

export async function architecture(): Promise<string> {
  return (await execa('dpkg', ['--print-architecture'])).stdout;
}

/** Serves releases that somebody between the server and the owner has changed, each below its own name. */
export async function serveForgeries(): Promise<void> {
  const other = `${served}.other.key`;
  await execa('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', other]);
  const deb = `jitsi-onebox_${version}_${await architecture()}.deb`;
  const forge = async (name: string, line: string) => {
    const folder = `${served}/${name}/${version}`;
    await mkdir(folder, {recursive: true});
    await sh(`ln -f ../../${version}/SHA256SUMS* ../../${version}/${deb} .; ${line}`, folder);
    return folder;
  };
  await forge('changed', `cp ${deb} x; printf X | dd of=x bs=1 seek=5000000 conv=notrunc status=none; mv x ${deb}`);
  await forge('cut-short', `head -c 9000000 ${deb} >x; mv x ${deb}`);
  await forge('edited-list', 'sed s/^./0/ SHA256SUMS >x; mv x SHA256SUMS');
  await forge('without-list', 'rm SHA256SUMS');
  await forge('without-signature', 'rm SHA256SUMS.sig');
  await forge('without-package', `rm ${deb}`);
  await sign(await forge('signed-by-another', ':'), other);
  await forge('another-version', `ln -f ../../${nextVersion}/* .`);
  await forge('old-news', 'mkdir -p ../latest; ln -f SHA256SUMS* ../latest');
}
