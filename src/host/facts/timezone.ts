import {type Fact, known} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {readTimeZone} from '../../model/settings/grammar/time-zone.ts';
import {readIfAllowed, Unreadable} from './ask.ts';

/** Finds out the time zone: the link that every program follows, else the name that Debian notes, else the C library's default. */
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
  const reading = readTimeZone(text.trim());
  return 'value' in reading ? reading.value : undefined;
}
