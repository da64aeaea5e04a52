import {afterAll, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {type Answer, ask, guest, idOf, outside, settings} from './lab.ts';
import {status} from './proof.ts';

const site = 'https://meet.example.test';
const switchedOn = ['whiteboard', 'etherpad'].flatMap(name => ['--set', `extras.${name}=true`]);
const jitsi = (...argv: readonly string[]) => ask('guest', ['jitsi-onebox', ...argv]);
const pages = () => guest(`docker inspect --format '{{.State.StartedAt}}' ${idOf('web')}`);

/** The ids of the changes of a plan. */
const changesOf = ({stdout}: Answer): readonly string[] => JSON.parse(stdout).changes.map(({id}: {id: string}) => id);

beforeAll(requireInstalled);
afterAll(async () => void (await switchOff()));

/** Puts the settings back as they were: that is what the next test looks for. */
async function switchOff(): Promise<Answer> {
  await guest('cat > /etc/jitsi-onebox/settings.yaml', settings);
  return jitsi('apply', '--yes', '--plain');
}

test('switched on, the plan has the extras and the pages that lead to them, and nothing else', async () => {
  const ids = changesOf(await jitsi('plan', '--json', ...switchedOn));
  expect(ids.toSorted()).toEqual([
    'container:etherpad',
    'container:web',
    'container:whiteboard',
    'directory:/srv/jitsi/etherpad',
    'file:/etc/jitsi-onebox/settings.yaml',
    'file:/srv/jitsi/compose.yaml',
    'file:/srv/jitsi/etherpad/installed_plugins.json',
    'image:ghcr.io/ether/etherpad:3.3.1',
    'image:jitsi/excalidraw-backend:2026.3.0',
    'user:jitsi-extras',
  ]);
  const {exitCode, all} = await jitsi('apply', '--yes', '--plain', ...switchedOn);
  expect(exitCode, all).toBe(0);
});

test('both answer on port 443, and the client is told where', async () => {
  const {codes, checks} = await status();
  expect(codes('failed', 'unknown')).toEqual([]);
  expect(codes('ok')).toEqual(expect.arrayContaining(['whiteboard', 'etherpad', 'container-whiteboard']));
  expect(checks.find(({code}) => code === 'whiteboard')?.summary).toBe('The whiteboard answers on its socket.');
  const config = await outside(`curl -sS ${site}/config.js`);
  expect(config).toContain(`etherpad_base = '${site}/etherpad/p/'`);
  expect(config).toContain(`collabServerBaseUrl: '${site}'`);
  expect(await outside(`curl -sS ${site}/etherpad/p/notes`)).toContain('notes | Etherpad');
});

test('they have no rights, and a text outlives the container', async () => {
  const format =
    '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{len .HostConfig.PortBindings}}';
  for (const name of ['whiteboard', 'etherpad'])
    expect(await guest(`docker inspect --format '${format}' ${idOf(name)}`)).toMatch(/^(\d+):\1 true \[ALL\] 0$/);
  await outside(`curl -sS --data-binary 'Dear all' ${site}/etherpad/p/notes`);
  await guest(`docker rm --force ${idOf('etherpad')}`);
  expect((await jitsi('apply', '--yes', '--plain')).exitCode).toBe(0);
  expect(await outside(`curl -sS ${site}/etherpad/p/notes/export/txt`)).toBe('Dear all');
});

test('switched off, both are gone; the text stays on the host', async () => {
  const before = await pages();
  const {exitCode, all} = await switchOff();
  expect(exitCode, all).toBe(0);
  expect(await pages()).not.toBe(before);
  const names = await guest('docker ps --all --format \'{{.Label "com.docker.compose.service"}}\'');
  expect(names.split('\n').toSorted()).toEqual(['jicofo', 'prosody', 'turn', 'videobridge', 'web']);
  // The pages take it for the name of a room.
  expect(await outside(`curl -sS ${site}/etherpad/health`)).not.toContain('pass');
  expect(await guest('cat /srv/jitsi/etherpad/dirty.db')).toContain('Dear all');
  expect((await status()).codes('failed', 'unknown')).toEqual([]);
});
