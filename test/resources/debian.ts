import type {Command} from '../../src/model/host.ts';
import {aptPackages} from '../../src/resources/apt-packages.ts';
import {createMemoryHost, type MemoryHost, type Script} from '../fakes/memory-host.ts';

export const servers = aptPackages({name: 'servers', packages: ['nginx', 'haproxy'], title: 'Servers', place: 'host'});
export const policy = '/usr/sbin/policy-rc.d';
export const lists = {'/var/lib/apt/lists/deb_main_Packages': ''};
export const install =
  'run apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 install';
export const fixBroken = install.replace(' install', ' --fix-broken install');
export const configure = 'run dpkg --configure -a --force-confold';

/** Makes a Debian whose dpkg knows these packages in these states. */
export function createDebian(
  states: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = lists,
) {
  const packages = new Map(Object.entries(states));
  const finish = (names: readonly string[]) => {
    for (const name of names) packages.set(name, 'installed');
    return '';
  };
  return createMemoryHost({
    files: {'/usr/sbin': {directory: true}, ...files},
    commands: {
      'dpkg-query --show': () => [...packages].map(([name, state]) => `${name} ${state}\n`).join(''),
      'dpkg --configure': () => finish([...packages.keys()]),
      'apt-get': '',
      'apt-get -q -y': ({argv}: Command) => finish(argv.slice(argv.indexOf('install') + 1)),
    },
  });
}

/** Leaves a foreign package half-installed. */
export function withBroken(host: MemoryHost): MemoryHost {
  const query: Script = 'nginx installed\nhaproxy installed\nman-db half-installed\n';
  return Object.assign(host, {commands: Object.assign(host.commands, {'dpkg-query --show': query})});
}
