import * as v from 'valibot';
import {type Fact, type FactValues, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {timeZone} from '../../model/settings/grammar/containers.ts';
import {ask, missing, query, readIfAllowed, Unreadable} from './ask.ts';

const releaseFiles = ['/etc/os-release', '/usr/lib/os-release'];

/** Detects the operating system from os-release(5). */
export async function readRelease(host: Host): Promise<Fact<FactValues['release']>> {
  for (const path of releaseFiles) {
    const text = await readIfAllowed(host, path);
    if (text !== undefined) return known(parseRelease(text), path);
  }
  throw new Unreadable('/etc/os-release', 'the system does not name itself');
}

/** Parses os-release(5), with its defaults. */
export function parseRelease(text: string): FactValues['release'] {
  const fields = new Map(text.split('\n').flatMap(parseField));
  const id = fields.get('ID') ?? 'linux';
  return {
    id,
    version: fields.get('VERSION_ID') ?? '',
    codename: fields.get('VERSION_CODENAME') ?? '',
    name: fields.get('PRETTY_NAME') ?? id,
  };
}

function parseField(line: string): [name: string, value: string][] {
  const [, name, quoted, bare] = /^([A-Z0-9_]+)=(?:(["'].*["'])|(\S*))\s*$/.exec(line) ?? [];
  if (name === undefined) return [];
  return [[name, quoted?.slice(1, -1).replaceAll(/\\(.)/g, '$1') ?? bare ?? '']];
}

const debianNames: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'armhf',
  i686: 'i386',
};

/** Detects the architecture of packages. dpkg is asked first, because a 64-bit kernel may run a 32-bit system. */
export async function readArchitecture(host: Host): Promise<Fact<string>> {
  const {exitCode, stdout} = await query(host, 'dpkg', '--print-architecture');
  if (exitCode === 0) return known(stdout.trim(), 'dpkg');
  const machine = (await ask(host, 'uname', '-m')).trim();
  return known(debianNames[machine] ?? machine, exitCode === missing ? 'uname, as there is no dpkg' : 'uname');
}

/** Detects the kernel's release. */
export async function readKernel(host: Host): Promise<Fact<string>> {
  return known((await ask(host, 'uname', '-r')).trim(), 'uname');
}

/** Detects the time zone: the target of /etc/localtime, else the name in /etc/timezone, else the C library's default. */
export async function readTimezone(host: Host): Promise<Fact<string>> {
  const target = await host.files.readLink('/etc/localtime');
  const linked = target === undefined ? undefined : nameZone(target.replace(/^.*\/zoneinfo\/(posix\/|right\/)?/, ''));
  if (linked !== undefined) return known(linked, '/etc/localtime');
  const noted = nameZone((await readIfAllowed(host, '/etc/timezone')) ?? '');
  if (noted !== undefined) return known(noted, '/etc/timezone');
  if (await host.files.stat('/etc/localtime')) throw new Unreadable('/etc/localtime', 'it is a copy without a name');
  return known('Etc/UTC', '/etc/localtime is absent, which means UTC');
}

function nameZone(text: string): string | undefined {
  const zone = v.safeParse(timeZone, text.trim());
  return zone.success ? zone.output : undefined;
}
