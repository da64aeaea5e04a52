import {expect, test} from 'vitest';
import {completeSettings} from '../../src/model/settings/complete.ts';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {listBackupPaths} from '../../src/stack/backup.ts';

const list = (text: string) =>
  listBackupPaths(
    completeSettings(
      gatherSettings({
        saved: {name: 'settings.yaml', text: `domain: meet.example.org\ncontact: a@example.org\n${text}`},
      }),
    ),
  );

test('a backup has both lineages, and the files that the settings name', () => {
  const paths = list(
    'turn: {domain: turn.example.org}\nbranding: {title: Ours, logo: {file: /root/logo.svg}}\nrooms: members\naccess: {kind: jwt, secret: /root/token-secret}\n',
  );
  expect(paths).toEqual(expect.arrayContaining(['/root/logo.svg', '/root/token-secret', '/srv/jitsi/.env']));
  expect(paths.filter(path => path.endsWith('.conf'))).toEqual([
    '/etc/letsencrypt/renewal/meet.example.org.conf',
    '/etc/letsencrypt/renewal/turn.example.org.conf',
  ]);
});

test('without the relay and in another directory, there is less', () => {
  const paths = list('turn: {enabled: false}\nstack: {directory: /srv/meet}\n');
  expect(paths.filter(path => path.includes('turn'))).toEqual([]);
  expect(paths).toContain('/srv/meet/storage/prosody/data');
  expect(paths.filter(path => path.startsWith('/root'))).toEqual([]);
});
