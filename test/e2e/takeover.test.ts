import {beforeAll, expect, test} from 'vitest';
import {listHost} from '../lab/listing.ts';
import {makeByHand, relaySecret} from './by-hand.ts';
import {bootFresh} from './hosts.ts';
import {apply, ask, eventually, guest, outside, settingsFile} from './lab.ts';
import {newestRun} from './run-files.ts';
import {differences, listContainers, undo} from './undone.ts';

// A server that was set up by hand, as the guide for that says.
let before: readonly string[] = [];
let after: readonly string[] = [];
let [handmade, ours] = ['', ''];

async function expectMeetings(): Promise<void> {
  const page = 'curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/';
  await eventually(30, async () => expect(await outside(page)).toBe('200'));
}

async function expectHealthy(): Promise<void> {
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'status']);
  expect(exitCode, all).toBe(0);
}

beforeAll(async () => {
  await bootFresh();
  await makeByHand();
  await expectMeetings();
  [before, handmade] = [await listHost(guest), await listContainers()];
});

test('it is taken over with --take-over: strong passwords stay, and all checks pass', async () => {
  const {exitCode, all} = await apply('--settings', settingsFile, '--take-over', 'haproxy,compose');
  expect(exitCode, all).toBe(0);
  const env = await guest('cat /srv/jitsi/.env');
  expect(env).toContain(`JVB_AUTH_PASSWORD="${'b2'.repeat(16)}" # of the bridge\n`);
  // l5: a password that can be guessed.
  expect(all).toContain('weak-password');
  expect(env).toMatch(/^JICOFO_AUTH_PASSWORD=[0-9a-f]{32}$/m);
  expect(env).not.toMatch(/TURN_PASSWORD|COMPOSE_/);
  expect(env).toContain(`TURN_CREDENTIALS=${relaySecret}\n`);
  expect(await guest('cat /srv/jitsi/turn/turnserver.conf')).toContain(`static-auth-secret=${relaySecret}\n`);
  expect(await guest('docker exec jitsi-prosody-1 env || docker exec jitsi_prosody_1 env')).toContain(
    `TURN_CREDENTIALS=${relaySecret}\n`,
  );
  // The guide's variables live on, and the plan says which.
  expect(all).toContain(
    'these variables become settings unless you set them: PUBLIC_URL, PROSODY_LOG_LEVEL, CUSTOM_PAGE_TITLE.',
  );
  expect(all).toContain('These do not: TURN_VERBOSE.');
  const settings = await guest('cat /etc/jitsi-onebox/settings.yaml');
  expect(settings).toMatch(/^options:\n {2}LOG_LEVEL: debug$/m);
  expect(settings).toContain('title: Meet by hand');
  await expectHealthy();
  [after, ours] = [await listHost(guest), await listContainers()];
  expect(ours).not.toBe(handmade);
});

test('undo brings the hand-made server back', async () => {
  const {exitCode, all} = await undo();
  expect(exitCode, all).toBe(0);
  expect(await listContainers()).toBe(handmade);
  await expectMeetings();
  // The certificates were ordered anew, since the former way to renew them ended; the newer ones stay.
  const isCertificate = (line: string) => /\/etc\/letsencrypt\/(archive|live)\//.test(line);
  expect((await differences(before)).filter(line => !isCertificate(line))).toEqual([]);
});

test('the undo of the undo takes it over again: all checks pass, and everything is as after the first time', async () => {
  const {exitCode, all} = await undo(await newestRun());
  expect(exitCode, all).toBe(0);
  expect(await listContainers()).toBe(ours);
  await expectHealthy();
  expect(await differences(after)).toEqual([]);
});
