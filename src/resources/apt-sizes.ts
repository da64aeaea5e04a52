import type {Host} from '../model/host.ts';
import {quiet} from './apt.ts';

const units: Readonly<Record<string, number>> = {B: 1, kB: 1e3, MB: 1e6, GB: 1e9};

/** The bytes that an installation downloads, and those that it takes afterwards. */
export type Sizes = {readonly download: number; readonly installed: number};

/** Asks apt how much an installation needs; undefined where it cannot say, such as without an index. */
export async function simulatedSizes(host: Host, packages: readonly string[]): Promise<Sizes | undefined> {
  // Answering no to everything, apt stops before it changes anything; without locks, it needs no rights and disturbs nobody.
  const options = ['-q', '--assume-no', '--no-install-recommends', '-o', 'Debug::NoLocking=1'];
  const argv = ['apt-get', ...options, 'install', ...packages] as const;
  const {stdout} = await host.query({argv, env: {...quiet, LC_ALL: 'C'}});
  const isFreed = /^After this operation, \S+ \w+ disk space will be freed/m.test(stdout);
  const needed = readSize(stdout, /^After this operation, (\S+) (\w+) of additional disk space will be used/m);
  const installed = isFreed ? 0 : needed;
  // What is in the cache of archives already needs no download: `10.7 MB/12 MB`.
  const download = readSize(stdout, /^Need to get ([\d.,]+) (\w+)/m);
  return installed === undefined || download === undefined ? undefined : {download, installed};
}

function readSize(text: string, pattern: RegExp): number | undefined {
  const [, number = '', unit = ''] = pattern.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Number(number.replaceAll(',', '')) * factor;
}
