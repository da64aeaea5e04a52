import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {findAptOptions, findSources} from '../mirrors.ts';
import type {Recipe} from './recipes.ts';

/** Upstream's images are built on this release, whatever the host's is. */
const SUITE = 'trixie';

/** Where packages come from, and what this machine's apt has to be told to get them. */
export type Mirrors = {readonly sources: readonly string[]; readonly options: readonly string[]};

/** Reads them from the machine's own apt configuration, so that a build asks nothing that apt does not ask. */
export const findMirrors = async (): Promise<Mirrors> => ({
  sources: await findSources(SUITE),
  options: await findAptOptions(),
});

/** What every image has: a small Debian with what upstream's base has and scripts rely on. */
export const BASE_PACKAGES = ['bash', 'ca-certificates', 'curl', 'libstdc++6', 'tzdata'];

const LEFT_OUT = ['doc', 'info', 'lintian', 'locale', 'man'].map(name => `path-exclude=/usr/share/${name}/*`);
const ADD_USER = 'chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash s6';
/** What a package installation changes and no image needs. */
const UNWANTED = ['/dev', '/etc/resolv.conf', '/proc', '/run', '/tmp', '/var/cache', '/var/lib/apt', '/var/log'];

/** Makes the base image's layout. */
export const makeBase = async (layout: string, mirrors: Mirrors): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'stand-in-base-'));
  const root = join(directory, 'root');
  try {
    await bootstrap(root, mirrors);
    await execa('umoci', ['init', '--layout', layout]);
    await execa('umoci', ['new', '--image', layout]);
    await execa('umoci', ['insert', '--image', layout, root, '/']);
  } finally {
    await rm(directory, {recursive: true, force: true});
  }
};

const bootstrap = (root: string, {sources, options}: Mirrors) =>
  execa(
    'mmdebstrap',
    [
      '--variant=minbase',
      '--format=directory',
      `--include=${BASE_PACKAGES.join(',')}`,
      ...options.map(option => `--aptopt=${option}`),
      ...LEFT_OUT.map(option => `--dpkgopt=${option}`),
      `--customize-hook=${ADD_USER}`,
      SUITE,
      root,
      '-',
    ],
    {input: `${sources.join('\n')}\n`},
  );

/** Adds a layer with packages, and with what a recipe does to the root afterwards, to a layout. */
export const addPackages = async (
  layout: string,
  {packages, prepare}: Pick<Recipe, 'packages' | 'prepare'>,
): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'stand-in-packages-'));
  const bundle = join(directory, 'bundle');
  try {
    await execa('umoci', ['unpack', '--image', layout, bundle]);
    await runInRoot(join(bundle, 'rootfs'), [...installationOf(packages), ...prepare]);
    const masks = UNWANTED.flatMap(path => ['--mask-path', path]);
    await execa('umoci', ['repack', ...masks, '--image', layout, bundle]);
  } finally {
    await rm(directory, {recursive: true, force: true});
  }
};

const installationOf = (packages: readonly string[]): readonly string[] =>
  packages.length === 0
    ? []
    : ['apt-get update', `apt-get install --yes --no-install-recommends ${packages.join(' ')}`, 'apt-get clean'];

/** A mount namespace of its own lets /proc vanish with the commands, however they end. */
const runInRoot = async (root: string, commands: readonly string[]): Promise<void> => {
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', {mode: 0o755});
  const script = ['set -e', 'mount -t proc proc "$0/proc"', 'exec chroot "$0" sh -ec "$1"'].join('\n');
  const inside = [...commands, 'rm /usr/sbin/policy-rc.d'].join('\n');
  await execa('cp', ['--remove-destination', '--dereference', '/etc/resolv.conf', join(root, 'etc/resolv.conf')]);
  await execa('unshare', ['--mount', 'sh', '-c', script, root, inside], {
    env: {DEBIAN_FRONTEND: 'noninteractive', DPKG_FORCE: 'unsafe-io', LC_ALL: 'C.UTF-8'},
  });
};
