import {expect, test} from 'vitest';
import {readTimezone} from '../../../src/host/facts/timezone.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const link = (target: string) => ({'/etc/localtime': {link: target}});

test.each([
  ['the link', link('/usr/share/zoneinfo/Europe/Berlin'), 'Europe/Berlin'],
  ['a relative link', link('../usr/share/zoneinfo/America/Argentina/Ushuaia'), 'America/Argentina/Ushuaia'],
  [
    'the link where the note is stale',
    {...link('/usr/share/zoneinfo/Asia/Tokyo'), '/etc/timezone': 'Etc/UTC\n'},
    'Asia/Tokyo',
  ],
  ['the note where the zone is a copy', {'/etc/localtime': 'TZif2', '/etc/timezone': 'Europe/Paris\n'}, 'Europe/Paris'],
  ['nothing, which is UTC', {}, 'Etc/UTC'],
] as const)('the time zone by %s', async (_way, files, expected) => {
  expect((await readTimezone(createMemoryHost({files}))).value).toBe(expected);
});

test('a copy without a name is not guessed, nor is a name that no database has', async () => {
  const files = {'/etc/localtime': 'TZif2', '/etc/timezone': 'Moon/Crater\n'};
  await expect(readTimezone(createMemoryHost({files}))).rejects.toThrow('a copy without a name');
});
