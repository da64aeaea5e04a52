import {createHash} from 'node:crypto';
import {cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {execa} from 'execa';
import manifest from '../package.json' with {type: 'json'};
import {type Component, describePackage} from './bundle/components.ts';
import {bundleProgram} from './bundle.ts';
import {type Architecture, architectures, makePackage} from './package.ts';

const {version} = manifest;
const {values} = parseArgs({
  options: {
    url: {type: 'string'},
    'public-key': {type: 'string'},
    latest: {type: 'string'},
    out: {type: 'string', default: 'release'},
    architecture: {type: 'string', multiple: true, default: architectures.map(({name}) => name)},
    from: {type: 'string', default: '.'},
  },
});
const url = values.url?.replace(/\/+$/, '');
const latest = values.latest?.replace(/\/+$/, '') ?? `${url}/latest`;
const isAddress = (text: string | undefined) => text?.startsWith('https://') && !/[\s'"\\$`]/.test(text);
if (!isAddress(url) || !isAddress(latest) || values['public-key'] === undefined) {
  console.error('scripts/release needs --url https://… and --public-key FILE; see scripts/release --help.');
  process.exit(64);
}
const [key, out] = [resolve(values.from, values['public-key']), resolve(values.from, values.out)];

process.env.SOURCE_DATE_EPOCH ??= (await execa('git', ['log', '-1', '--format=%ct'])).stdout;
process.umask(0o022);
const work = await mkdtemp(join(tmpdir(), 'jitsi-onebox-release-'));
try {
  await release();
} finally {
  await rm(work, {recursive: true, force: true});
}

/** Makes everything that a web server has to serve: the script, this version, and the list of the newest, for scripts/sign. */
async function release(): Promise<void> {
  const [folder, newest] = [join(out, version), join(out, 'latest')];
  await Promise.all([folder, newest].map(each => rm(each, {recursive: true, force: true})));
  await Promise.all([folder, newest].map(each => mkdir(each, {recursive: true})));
  const program = join(work, 'program');
  const components = await bundleProgram(program);
  await publishScript(join(program, 'install.sh'));
  const chosen = architectures.filter(({name}) => values.architecture.includes(name));
  await Promise.all(chosen.map(architecture => pack(architecture, program, components)));
  await cp(join(program, 'install.sh'), join(folder, 'install.sh'));
  await listChecksums(folder);
  await cp(join(folder, 'SHA256SUMS'), join(newest, 'SHA256SUMS'));
  await cp(join(program, 'install.sh'), join(out, 'install.sh'));
  console.log(`${out}: version ${version}, to be served at ${url} when scripts/sign has signed ${version} and latest`);
}

async function pack(architecture: Architecture, program: string, bundled: readonly Component[]): Promise<void> {
  const fetched = await fetchNode(architecture);
  const node = join(fetched, 'bin/node');
  const components = [...bundled, await describePackage(`node_modules/${architecture.node}`, fetched)];
  const [tree, folder] = [join(work, architecture.name), join(out, version)];
  await makePackage({architecture, version, program, node, components, tree, folder, url: url ?? ''});
}

/** Fetches the Node of the lock file for an architecture, and refuses any other. */
async function fetchNode({node}: Architecture): Promise<string> {
  const {packages} = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const {version: wanted, integrity} = packages[`node_modules/${node}`];
  const folder = join(work, node);
  await mkdir(folder);
  await execa('npm', ['pack', '--silent', '--pack-destination', folder, `${node}@${wanted}`]);
  const [archive = ''] = await readdir(folder);
  const sum = createHash('sha512')
    .update(await readFile(join(folder, archive)))
    .digest('base64');
  if (`sha512-${sum}` !== integrity) throw new Error(`${archive} is not the one in package-lock.json.`);
  await execa('tar', ['-xzf', archive, '--no-same-owner'], {cwd: folder});
  return join(folder, 'package');
}

/** Writes into install.sh the version, the addresses of the releases, and the public key of their signature. */
async function publishScript(path: string): Promise<void> {
  const der = await execa('openssl', ['pkey', '-pubin', '-in', key, '-pubout', '-outform', 'DER'], {
    encoding: 'buffer',
  });
  const published = {version, base: url, newest: latest, key: Buffer.from(der.stdout).toString('base64')};
  let text = await readFile(path, 'utf8');
  for (const [name, value] of Object.entries(published)) {
    const line = `\n\t${name}=\n`;
    if (text.split(line).length !== 2) throw new Error(`install.sh has no single line ${name}= to write into.`);
    text = text.replace(line, () => `\n\t${name}='${value}'\n`);
  }
  await writeFile(path, text, {mode: 0o755});
}

/** Lists the checksums of a version's files. */
async function listChecksums(folder: string): Promise<void> {
  const names = (await readdir(folder)).toSorted();
  const {stdout} = await execa('sha256sum', ['--', ...names], {cwd: folder});
  await writeFile(join(folder, 'SHA256SUMS'), `${stdout}\n`);
}
