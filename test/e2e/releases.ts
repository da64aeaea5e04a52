import {cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import manifest from '../../package.json' with {type: 'json'};
import {makeRelease, sh} from '../release.ts';

export const {version} = manifest;

/** A version later than any. */
export const nextVersion = '99.0.0';

/** Where the lab's release server looks. */
export const served = '/run/jitsi-onebox-lab/releases';

const key = `${served}.key`;

/** Serves a release of this checkout. */
export async function serveRelease(): Promise<void> {
  const made = await makeRelease();
  await rm(served, {recursive: true, force: true});
  await cp(made.directory, served, {recursive: true});
  await cp(made.key, key);
}

/** Serves this release once more with one asset changed: with the same version, and as a later version, which is the newest. */
export async function serveNext(): Promise<void> {
  const tree = await mkdtemp(join(tmpdir(), 'jitsi-onebox-next-'));
  await execa('dpkg-deb', ['-R', await ownPackage(), tree]);
  await sh('echo "# Of the next version." >>usr/lib/jitsi-onebox/assets/sysctl/90-jitsi-onebox.conf', tree);
  await pack(tree, version, `${served}/rebuilt/${version}`);
  await serveNewest(tree, nextVersion);
  await rm(tree, {recursive: true});
}

const dist = new URL('../../dist', import.meta.url).pathname;

/** Makes a key, and returns its public half as install.sh has it. */
export async function makeKey(): Promise<string> {
  await rm(served, {recursive: true, force: true});
  await mkdir(`${served}/latest`, {recursive: true});
  await execa('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key]);
  const {stdout} = await execa('openssl', ['pkey', '-in', key, '-pubout']);
  return stdout.split('\n')[1] ?? '';
}

/** Serves the program of the lab as a later version, the newest one; `edit` is a line of the shell that changes its tree before. */
export async function serveLater(number: string, edit: string): Promise<void> {
  const tree = await mkdtemp(join(tmpdir(), 'jitsi-onebox-later-'));
  const fields = ['Package: jitsi-onebox', `Version: ${version}`, `Architecture: ${await architecture()}`];
  const control = `${[...fields, 'Maintainer: lab <lab@example.test>', 'Description: lab'].join('\n')}\n`;
  await mkdir(`${tree}/DEBIAN`);
  await writeFile(`${tree}/DEBIAN/control`, control);
  await mkdir(`${tree}/usr/lib`, {recursive: true});
  await cp(dist, `${tree}/usr/lib/jitsi-onebox`, {recursive: true});
  await sh(edit, `${tree}/usr/lib/jitsi-onebox`);
  await serveNewest(tree, number);
  await rm(tree, {recursive: true});
}

async function serveNewest(tree: string, number: string): Promise<void> {
  const home = `${tree}/usr/lib/jitsi-onebox`;
  const bundles = (await readdir(`${home}/lib`)).map(name => `${home}/lib/${name}`);
  for (const path of [...bundles, `${home}/install.sh`, `${tree}/DEBIAN/control`]) await renumber(path, number);
  const folder = `${served}/${number}`;
  await pack(tree, number, folder);
  await sh('cp SHA256SUMS* ../latest', folder);
}

async function pack(tree: string, number: string, folder: string): Promise<void> {
  await mkdir(folder, {recursive: true});
  const file = `${folder}/jitsi-onebox_${number}_${await architecture()}.deb`;
  await execa('dpkg-deb', ['-Znone', '--root-owner-group', '--build', tree, file]);
  await sign(folder);
}

async function renumber(path: string, number: string): Promise<void> {
  const text = await readFile(path, 'latin1');
  // Not in the middle of an address.
  const whole = new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?![\\d.])`, 'g');
  await writeFile(path, text.replace(whole, number), 'latin1');
}

/** Signs the files of a folder, with the project's key or another. */
export async function sign(folder: string, signer = key): Promise<void> {
  await sh('rm -f SHA256SUMS*; sha256sum * >SHA256SUMS', folder);
  await execa('scripts/sign', ['--key', signer, folder]);
}

/** Signs the list of a folder with other days than today's. */
async function signWithDays(folder: string, days: readonly string[]): Promise<void> {
  const lines = days.map(day => `echo '# ${day}'`).join('; ');
  // The files may be those of another folder, by another name.
  await sh(`(${lines || ':'}; sed '/^#/d' SHA256SUMS) >list; rm SHA256SUMS*; mv list SHA256SUMS`, folder);
  await sh(`openssl pkeyutl -sign -inkey ${key} -rawin -in SHA256SUMS -out SHA256SUMS.sig`, folder);
}

/** The package for this machine's architecture. */
export async function ownPackage(): Promise<string> {
  return `${served}/${version}/jitsi-onebox_${version}_${await architecture()}.deb`;
}

async function architecture(): Promise<string> {
  return (await execa('dpkg', ['--print-architecture'])).stdout;
}

/** Serves releases that somebody between server and user has changed, each below its own name. */
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
  await forge('slowly', ':');
  await forge('without-list', 'rm SHA256SUMS');
  await forge('without-signature', 'rm SHA256SUMS.sig');
  await forge('without-package', `rm ${deb}`);
  await sign(await forge('signed-by-another', ':'), other);
  await forge('another-version', `ln -f ../../${nextVersion}/* .`);
  await sh('truncate --size=2G zeros', served);
  for (const name of ['endless', 'endless-package', 'huge']) await forge(name, ':');
  await signWithDays(await forge('expired', ':'), ['Signed: 2020-01-01', 'Expires: 2021-01-01']);
  await signWithDays(await forge('of-tomorrow', ':'), ['Signed: 2101-01-01', 'Expires: 2102-01-01']);
  await signWithDays(await forge('without-days', ':'), []);
  await forge('old-news', 'mkdir -p ../latest; ln -f SHA256SUMS* ../latest');
}
