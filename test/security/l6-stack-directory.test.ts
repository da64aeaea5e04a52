import {expect, test} from 'vitest';
import {completeSettings} from '../../src/model/settings/complete.ts';
import {gatherSettings} from '../../src/model/settings/gather.ts';
import {drawStack, readInUse} from '../../src/stack/index.ts';
import type {Seed} from '../fakes/memory-files.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from '../stack/input.ts';

const settingsFor = (directory: string) => `domain: meet.example.org
contact: admin@example.org
turn: {enabled: false}
stack: {directory: ${directory}}
`;

async function judge(directory: string, files: Readonly<Record<string, Seed>> = {}) {
  const inUse = await readInUse(createMemoryHost({files}), directory);
  const {problems} = drawStack(makeInput({settings: settingsFor(directory), inUse}));
  return problems.map(({code, summary}) => `${code}: ${summary}`);
}

const refused = (directory: string, reason: string) => [
  `unsafe-directory: ${directory} is no safe place for the containers: ${reason}.`,
];

test.each([
  ['/home/alice/x', '/home/alice', {directory: true, uid: 1000}, 'belongs to the user with number 1000, not to root'],
  ['/home/alice/a/x', '/home/alice', {directory: true, uid: 1000}, 'belongs to the user with number 1000, not to root'],
  ['/data/jitsi', '/data', {directory: true, mode: 0o2775, gid: 50}, 'the group with number 50 may write in'],
  ['/var/tmp/x', '/var/tmp', {directory: true, mode: 0o1777}, 'everybody may write in'],
  ['/var/run/x', '/var/run', {link: '/run'}, 'is a link to /run'],
  ['/data/jitsi', '/data', 'a file', 'is no directory'],
] as const)(
  'l6: %s is refused: below %s others may put something in its place',
  async (directory, parent, seed, reason) => {
    const said = reason.endsWith(' in') ? `${reason} ${parent}` : `${parent} ${reason}`;
    expect(await judge(directory, {[parent]: seed})).toEqual(refused(directory, said));
  },
);

test.each([
  ['/opt/jitsi-onebox/x', '/opt/jitsi-onebox', 'jitsi-onebox'],
  ['/var/lib/jitsi-onebox/runs', '/var/lib/jitsi-onebox', 'jitsi-onebox'],
  ['/var/www/jitsi-onebox', '/var/www/jitsi-onebox', 'jitsi-onebox'],
  ['/var/lib/docker/x', '/var/lib/docker', 'Docker'],
  ['/var/lib/containerd/x', '/var/lib/containerd', 'Docker'],
  ['/var/www/html/x', '/var/www', 'the web server'],
  ['/var/lib/haproxy', '/var/lib/haproxy', 'a package'],
])('l6: %s is refused: others empty or show it', async (directory, above, owner) => {
  expect(await judge(directory)).toEqual(refused(directory, `${above} belongs to ${owner}`));
});

test.each(['/srv/jitsi', '/home/jitsi', '/var/lib/jitsi', '/data/a/jitsi'])('l6: %s is a place of root', async path => {
  expect(await judge(path, {[path]: {directory: true}, '/home': {directory: true}})).toEqual([]);
});

test('l6: a group of root may write, and an unreadable place is judged by root', async () => {
  expect(await judge('/data/jitsi', {'/data': {directory: true, mode: 0o775}})).toEqual([]);
  const host = createMemoryHost({files: {'/data': {directory: true}}, denied: ['/data']});
  expect(await readInUse(host, '/data/jitsi')).toEqual({});
});

test.each(['/etc/jitsi-onebox/x', '/run/x', '/tmp/x', '/usr/local/x'])('l6: %s is no value of the setting', path => {
  const draft = gatherSettings({file: {name: 'settings.yaml', text: settingsFor(path)}});
  expect(() => completeSettings(draft)).toThrow(/is in a system directory/);
});
