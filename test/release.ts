import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import manifest from '../package.json' with {type: 'json'};

/** A release, the key that signed it, and its public half. */
export type Release = {readonly directory: string; readonly key: string; readonly publicKey: string};

const checkout = new URL('..', import.meta.url).pathname;
const url = 'https://get.example.net';

/** Runs a line of the shell in a directory. */
export const sh = (line: string, cwd: string) => execa('sh', ['-euc', line], {cwd, stdin: 'ignore'});

/** Makes a release of this checkout, or finds the one made before from the same sources: it takes a minute. */
export async function makeRelease(): Promise<Release> {
  const sources = await copyCheckout();
  const places = 'assets src scripts install.sh package.json package-lock.json';
  const {stdout} = await sh(`find ${places} -type f -print0 | sort -z | xargs -0 sha256sum`, sources);
  const stamp = createHash('sha256').update(stdout).digest('hex');
  const home = join(tmpdir(), 'jitsi-onebox-release');
  const made = {directory: `${home}/release`, key: `${home}/key`, publicKey: `${home}/key.pub`};
  if ((await readFile(`${home}/made-from`, 'utf8').catch(() => '')) !== stamp) {
    await rm(home, {recursive: true, force: true});
    await mkdir(home, {mode: 0o700});
    await execa('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', made.key]);
    await execa('openssl', ['pkey', '-in', made.key, '-pubout', '-out', made.publicKey]);
    await release(sources, made.publicKey, `${home}/partial`);
    const signed = [manifest.version, 'latest'].map(name => `${home}/partial/${name}`);
    await execa(`${sources}/scripts/sign`, ['--key', made.key, ...signed]);
    await rename(`${home}/partial`, made.directory);
    await writeFile(`${home}/made-from`, stamp);
  }
  await rm(sources, {recursive: true});
  return made;
}

/** Makes it once more from another place, for one architecture; the caller removes the directory. */
export async function releaseAgain({publicKey}: Release, architecture: string): Promise<string> {
  const sources = await copyCheckout();
  const directory = await mkdtemp(join(tmpdir(), 'jitsi-onebox-again-'));
  await release(sources, publicKey, directory, '--architecture', architecture);
  await rm(sources, {recursive: true});
  return directory;
}

async function release(sources: string, key: string, directory: string, ...options: string[]): Promise<void> {
  const argv = ['--url', url, '--public-key', key, '--out', directory, ...options];
  await execa(`${sources}/scripts/release`, argv, {env: {SOURCE_DATE_EPOCH: '1790000000'}, stdin: 'ignore'});
}

/** What a clone would hold, and what is not committed yet, in a new place. */
async function copyCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'jitsi-onebox-checkout-'));
  await sh(`git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C ${copy}`, checkout);
  await symlink(join(checkout, 'node_modules'), `${copy}/node_modules`);
  return copy;
}
