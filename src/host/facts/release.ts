import {type Fact, type FactValues, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {ask, missing, query, readIfAllowed, Unreadable} from './ask.ts';

const paths = ['/etc/os-release', '/usr/lib/os-release'];

/** Finds out which system this is, in the words of os-release(5). */
export async function readRelease(host: Host): Promise<Fact<FactValues['release']>> {
  for (const path of paths) {
    const text = await readIfAllowed(host, path);
    if (text !== undefined) return known(parseRelease(text), path);
  }
  throw new Unreadable('/etc/os-release', 'the system does not name itself');
}

/** Reads os-release(5); `id` defaults to `linux` there, everything else to nothing. */
export function parseRelease(text: string): FactValues['release'] {
  const fields = new Map(text.split('\n').flatMap(readField));
  const id = fields.get('ID') ?? 'linux';
  return {
    id,
    version: fields.get('VERSION_ID') ?? '',
    codename: fields.get('VERSION_CODENAME') ?? '',
    name: fields.get('PRETTY_NAME') ?? id,
  };
}

function readField(line: string): [name: string, value: string][] {
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

/** Finds out for which processors programs are built here: a 64-bit kernel may carry a 32-bit system, so dpkg comes first. */
export async function readArchitecture(host: Host): Promise<Fact<string>> {
  const {exitCode, stdout} = await query(host, 'dpkg', '--print-architecture');
  if (exitCode === 0) return known(stdout.trim(), 'dpkg');
  const machine = (await ask(host, 'uname', '-m')).trim();
  return known(debianNames[machine] ?? machine, exitCode === missing ? 'uname, as there is no dpkg' : 'uname');
}

/** Finds out the kernel's release. */
export async function readKernel(host: Host): Promise<Fact<string>> {
  return known((await ask(host, 'uname', '-r')).trim(), 'uname');
}
