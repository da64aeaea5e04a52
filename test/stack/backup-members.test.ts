import {expect, test} from 'vitest';
import {completeSettings} from '../../src/model/settings/complete.ts';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {listBackupParts, listBackupPaths} from '../../src/stack/backup.ts';
import {judgeMembers, type Member} from '../../src/stack/backup-members.ts';

const settingsOf = (text: string) =>
  completeSettings(
    gatherSettings({
      saved: {
        name: 'settings.yaml',
        text: `domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n${text}`,
      },
    }),
  );
const jwt = (path: string) => `rooms: members\naccess: {kind: jwt, secret: ${path}}\n`;

const file = (name: string, more: Partial<Member> = {}): Member => ({
  ...{name, type: '-', mode: 'rw-------', uid: 0, gid: 0},
  ...more,
});
const directory = (name: string, more: Partial<Member> = {}) => file(name, {type: 'd', mode: 'rwxr-xr-x', ...more});
const link = (name: string, target: string) => file(name, {type: 'l', mode: 'rwxrwxrwx', target});

/** Judges members of a backup with some settings: the names that are restored, and what becomes of the others. */
function judge(members: readonly Member[], settings = '') {
  const {taken, leftOut, refused} = judgeMembers(members, listBackupParts(settingsOf(settings)));
  return {taken: taken.map(({name}) => name), leftOut: leftOut.map(({name}) => name), refused: refused?.name};
}

const live = 'etc/letsencrypt/live/meet.example.org';

test('a backup of this program is restored as a whole', () => {
  const members = [
    directory('etc/jitsi-onebox'),
    file('etc/jitsi-onebox/settings.yaml'),
    directory('srv/jitsi', {mode: 'rwxr-sr-x'}),
    file('srv/jitsi/.env'),
    directory('srv/jitsi/branding'),
    file('srv/jitsi/branding/plugin.head.html', {mode: 'rwxr-xr-x', uid: 1000}),
    file('srv/jitsi/branding/the same', {type: 'h', target: 'srv/jitsi/branding/plugin.head.html'}),
    directory('srv/jitsi/storage'),
    file('srv/jitsi/storage/prosody/data/auth%2emeet%2ejitsi/accounts/ann.dat', {uid: 101}),
    directory('etc/letsencrypt/accounts'),
    directory(live),
    file(`${live}/README`, {mode: 'rw-r--r--'}),
    link(`${live}/cert.pem`, '../../archive/meet.example.org/cert1.pem'),
    directory('etc/letsencrypt/archive/meet.example.org'),
    file('etc/letsencrypt/archive/meet.example.org/cert1.pem', {mode: 'rw-r--r--'}),
    file('etc/letsencrypt/renewal/meet.example.org.conf', {mode: 'rw-r--r--'}),
    file('root/token-secret'),
  ];
  const names = members.map(({name}) => name);
  expect(judge(members, jwt('/root/token-secret'))).toEqual({taken: names, leftOut: [], refused: undefined});
});

test.each([
  '/root/token-secret',
  '/etc/jitsi-onebox/token.key',
  '/home/ann/secrets/token.txt',
  '/opt/meet/plugin.head.html',
  '/srv/jitsi/token-secret',
])('the file %s, which a setting names, is restored', path => {
  expect(judge([file(path.slice(1))], jwt(path)).taken).toEqual([path.slice(1)]);
});

test.each([
  '/etc/cron.d/jitsi',
  '/etc/sudoers.d/jitsi',
  '/usr/local/sbin/reboot',
  '/var/lib/jitsi-onebox/runs/x',
  '/opt/jitsi-onebox/current/main.js',
  '/root/.ssh/authorized_keys',
  '/root/.profile',
  '/home/ann/bin/sudo',
  '/opt/containerd/lib/plugin',
  '/srv/jitsi/compose.override.yaml',
  '/srv/jitsi/storage/prosody/config/token',
  '/srv/www/index.php',
  '/data/token-secret',
])('the file %s is left out, though a setting names it, and all the rest is restored', path => {
  const members = [file('srv/jitsi/.env'), directory(path.slice(1).replace(/\/[^/]*$/, '')), file(path.slice(1))];
  const judged = judge(members, jwt(path));
  expect(judged).toMatchObject({leftOut: [path.slice(1)], refused: undefined});
  expect(judged.taken).toContain('srv/jitsi/.env');
});

test.each([
  ['a file below a path that a setting names', [file('etc/cron.d/x')], jwt('/etc')],
  ['a directory that a setting names', [directory('root/token')], jwt('/root/token')],
  ['a text that looks like a path', [file('etc/cron.d/x')], 'branding: {title: /etc/cron.d/x}\n'],
  ['a file of somebody else', [file('etc/shadow')], ''],
  ['a way up', [file('srv/jitsi/branding/../../../etc/x')], ''],
  ['an absolute name', [file('/srv/jitsi/branding/x')], ''],
  ['setuid', [file('srv/jitsi/branding/sh', {mode: 'rwsr-xr-x'})], ''],
  ['setgid', [file('srv/jitsi/etherpad/sh', {mode: 'rwxr-Sr-x'})], ''],
  ['a device', [file('srv/jitsi/branding/disk', {type: 'b'})], ''],
  ['a pipe', [file('srv/jitsi/branding/pipe', {type: 'p'})], ''],
  ['a name that is there twice', [file('srv/jitsi/.env'), file('srv/jitsi/.env')], ''],
  ['a link in the place of the settings', [link('etc/jitsi-onebox/settings.yaml', '/root/x')], ''],
  [
    'a renewal file that is another file too',
    [
      file('srv/jitsi/etherpad/x'),
      file('etc/letsencrypt/renewal/meet.example.org.conf', {type: 'h', target: 'srv/jitsi/etherpad/x'}),
    ],
    '',
  ],
  ['a directory of certbot that others own', [directory('etc/letsencrypt', {uid: 1000})], ''],
  ['a renewal file for all', [file('etc/letsencrypt/renewal/meet.example.org.conf', {mode: 'rw-rw-rw-'})], ''],
  ['a hook of certbot', [file('etc/letsencrypt/renewal-hooks/pre/x', {mode: 'rwxr-xr-x'})], ''],
  ['a file below a link of certbot', [file(`${live}/cert.pem/x`)], ''],
])('an archive with %s is refused', (_what, members, settings) => {
  const {refused} = judge(members, settings);
  expect(members.map(({name}) => name)).toContain(refused);
});

test.each([
  ['in the branding', link('srv/jitsi/branding/logo', '/etc/shadow')],
  ['of certificates to another place', link(`${live}/cert.pem`, '../../../shadow')],
  ['to a file outside', file('srv/jitsi/etherpad/x', {type: 'h', target: 'etc/shadow'})],
  ['to a file that is not in it', file('srv/jitsi/etherpad/x', {type: 'h', target: 'etc/letsencrypt/accounts/key'})],
])('a link %s is left out', (_what, member) => {
  expect(judge([member])).toEqual({taken: [], leftOut: [member.name], refused: undefined});
});

test('a file that two settings name, and one among the branding, are in a backup once', () => {
  const paths = listBackupPaths(
    settingsOf(
      'branding: {head: /root//a.html, plugin-head: /root/a.html, favicon: /srv/jitsi/branding/favicon.ico}\n',
    ),
  );
  expect(paths.filter(path => /a\.html|favicon/.test(path))).toEqual(['/root/a.html']);
});
