import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {readdir, rename, rm} from 'node:fs/promises';
import {run, step} from './command.ts';
import {findAptOptions, findSources, type Suite} from './mirrors.ts';
import {cache} from './places.ts';

type Recipe = {
  readonly suite: Suite;
  readonly sources: readonly string[];
  readonly options: readonly string[];
  readonly packages: readonly string[];
};

const packages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'iproute2', 'iputils-ping', 'procps', 'netbase'],
  ...['ca-certificates', 'curl', 'sudo', 'less', 'vim-tiny', 'tzdata'],
];
const proxy = 'Acquire::http::Proxy "http://198.18.0.1:3142";';

/** Makes a plain Debian, unless one was made from the same recipe, and returns its directory. */
export async function makeBase(suite: Suite): Promise<string> {
  const [sources, options] = await Promise.all([findSources(suite), findAptOptions()]);
  const recipe: Recipe = {suite, sources, options: [...options, proxy], packages};
  const digest = createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
  const base = `${cache}/bases/${suite}-${digest.slice(0, 12)}`;
  if (!existsSync(base)) await step(`making a plain Debian ${suite}`, () => debootstrap(recipe, base));
  return base;
}

async function debootstrap({suite, sources, options, packages}: Recipe, base: string): Promise<void> {
  const partial = `${base}.partial`;
  await run(['rm', '-rf', '--one-file-system', partial], {seconds: 60});
  const settings = [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    ...options.map(option => `--aptopt=${option}`),
  ];
  await run(['mmdebstrap', '--quiet', ...settings, suite, partial, ...sources], {seconds: 300});
  await removeOldBases(suite);
  await rename(partial, base);
}

async function removeOldBases(suite: Suite): Promise<void> {
  const names = await readdir(`${cache}/bases`);
  const old = names.filter(name => name.startsWith(`${suite}-`) && !name.endsWith('.partial'));
  await Promise.all(old.map(name => rm(`${cache}/bases/${name}`, {recursive: true, force: true})));
}
