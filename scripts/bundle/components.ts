import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Metafile} from 'esbuild';

/** A dependency that is part of the program. */
export type Component = {
  readonly name: string;
  readonly version: string;
  /** The checksum of npm's download: `sha512-` and Base64. */
  readonly integrity: string;
  readonly license: string;
  readonly author: string;
  /** The text of the licence, if the package has one. */
  readonly text: string | undefined;
};

/** Lists the packages that the bundle contains code of, in alphabetical order. */
export async function listBundled({inputs, outputs}: Metafile): Promise<readonly Component[]> {
  const used = Object.values(outputs).flatMap(output => Object.keys(output.inputs));
  const directories = new Set(
    used.filter(path => path in inputs).flatMap(path => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  return Promise.all([...directories].toSorted().map(directory => describePackage(directory)));
}

/** Describes an npm package by its folder and the lock file. */
export async function describePackage(directory: string, files = directory): Promise<Component> {
  const {packages}: Lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const {name, version, license, author}: Manifest = JSON.parse(await readFile(join(files, 'package.json'), 'utf8'));
  const locked = packages[directory];
  if (locked?.version !== version || locked.integrity === undefined)
    throw new Error(`${directory} has version ${version}, which is not what package-lock.json says.`);
  const file = (await readdir(files)).find(entry => /^(licen[cs]e|copying)/i.test(entry));
  const text = file && (await readFile(join(files, file), 'utf8'));
  const by = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  return {name, version, integrity: locked.integrity, license, author: by, text};
}

type Lock = {readonly packages: Readonly<Record<string, {version?: string; integrity?: string}>>};
type Manifest = {name: string; version: string; license: string; author?: string | {name: string}};

/** Joins all licences into one text. */
export function renderLicences(own: string, components: readonly Component[]): string {
  const texts = components.map(component => {
    const text = component.text ?? standIn(component, components);
    return `${component.name} ${component.version} (${component.license})\n\n${text.trim()}\n`;
  });
  return [own, 'It contains the work of others, each under its own licence:\n', ...texts].join(
    `\n${'-'.repeat(78)}\n\n`,
  );
}

/** Finds the text for a package that only names its licence: that of another package under the same licence. */
function standIn({name, license, author}: Component, components: readonly Component[]): string {
  const like = components.find(other => other.license === license && /^\s*copyright/im.test(other.text ?? ''));
  if (!like?.text)
    throw new Error(`${name} has no text of its licence ${license}, and no other package has it either.`);
  return like.text.replace(/^\s*copyright.*$/im, `\nCopyright (c) ${author}`);
}

/** Renders the bill of materials in the format of CycloneDX. */
export function renderBill(version: string, components: readonly Component[]): string {
  const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
  const own = {type: 'application', name: 'jitsi-onebox', version, licenses: [{license: {id: 'MIT'}}]};
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {timestamp: new Date(epoch * 1000).toISOString(), component: {'bom-ref': 'jitsi-onebox', ...own}},
    components: components.map(describeInBill),
    dependencies: [{ref: 'jitsi-onebox', dependsOn: components.map(nameOf)}],
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

function describeInBill(component: Component): object {
  const {name, version, license, integrity} = component;
  const [group, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = nameOf(component);
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group && {group}),
    name: rest,
    version,
    purl,
    licenses: [/ (OR|AND) /.test(license) ? {expression: license} : {license: {id: license}}],
    hashes: [{alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')}],
  };
}

function nameOf({name, version}: Component): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
