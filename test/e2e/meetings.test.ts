import {once} from 'node:events';
import {setTimeout} from 'node:timers/promises';
import {execa} from 'execa';
import {afterEach, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {type Answer, apply, ask, eventually, guest, idOf, plan} from './lab.ts';
import {status} from './proof.ts';
import {newestRun, readJournal, untilJournal} from './run-files.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;
const script = new URL('meeting.ts', import.meta.url).pathname;
const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;

function openMeeting(...options: readonly string[]) {
  return execa(door, ['outside', node, '--use-system-ca', script, '2', ...options], {stdin: 'pipe', reject: false});
}

/** Opens meetings of two participants on the internet; returns what ends them. */
async function meet(...options: readonly string[]) {
  const meeting = openMeeting(...options);
  await Promise.race([once(meeting.stdout, 'data'), meeting]);
  return async () => {
    meeting.stdin.end();
    await meeting;
  };
}

/** Lets two participants meet, and then their program dies without a word. */
async function dieInMeeting(...options: readonly string[]): Promise<void> {
  const meeting = openMeeting(...options);
  await Promise.race([once(meeting.stdout, 'data'), meeting]);
  expect(await findGuests()).toMatch(/@meet\.jitsi[\s\S]*standup/);
  meeting.stdin.write('die\n');
  await meeting;
}

/** Asks Prosody for the sessions of guests and the rooms of our meetings. */
async function findGuests(): Promise<string> {
  const shell = `docker exec ${idOf('prosody')} prosodyctl --config /run/prosody/config/prosody.cfg.lua shell`;
  const said = await guest(`${shell} c2s show; ${shell} muc list muc.meet.jitsi`);
  expect(said).toContain('focus@auth.meet.jitsi');
  return (said.match(/\S+@meet\.jitsi|standup-\S*/g) ?? []).join(' ');
}

const wish = ['--set', 'memory.videobridge=601m'];
let part = async () => {};

beforeAll(requireInstalled);
afterEach(() => part());

test('a plan that interrupts nobody says nothing of meetings', async () => {
  part = await meet();
  expect((await plan('--set', 'contact=other@example.test')).all).not.toContain('This interrupts meetings');
});

test('a plan that interrupts meetings says how many participants are in one now, in text and JSON', async () => {
  expect((await plan(...wish)).all).toContain('This interrupts meetings: nobody is in one now.');
  part = await meet();
  expect((await plan(...wish)).all).toContain('This interrupts meetings: 2 participants in 1 meeting now.');
  const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', ...wish]);
  expect(stdout).toMatch(/Warning \(meetings-interrupted\): This interrupts meetings: 2 participants in 1 meeting now/);
});

test('with 50 meetings every check passes, and the test call is quick and counts as none', async () => {
  part = await meet('--rooms', '50');
  const counting = async () => (await plan(...wish)).all;
  const [{exitCode, checks, codes}, during] = await Promise.all([status(), counting()]);
  expect(exitCode, JSON.stringify(checks)).toBe(0);
  expect(codes('warning', 'failed', 'unknown', 'starting')).toEqual(['udp-buffers']);
  const {ms} = checks.find(({code}) => code === 'conference') ?? {};
  console.log(`With 50 meetings, the test call takes ${ms} ms.`);
  expect(ms).toBeLessThan(9000);
  expect(during).toContain('This interrupts meetings: 100 participants in 50 meetings now.');
  await part();
  await eventually(20, async () => expect(await counting()).toContain('nobody is in one now.'));
});

/** Waits until Jicofo has a room of its own, for a check of its health. */
const untilHealthCheck = () =>
  eventually(30, async () => {
    expect(await guest(`docker exec ${idOf('jicofo')} curl -sS http://127.0.0.1:8888/debug`)).toContain(
      '__jicofo-health-check',
    );
  });

/** Starts an apply, and waits until the run waits for the meeting. */
async function applyWhenIdle(): Promise<{readonly applying: Promise<Answer>}> {
  const before = await newestRun();
  const applying = apply('--when-idle', ...wish);
  await untilJournal('step-waiting.*meetings.*the meeting of 2 participants', before);
  return {applying};
}

const bridge = () => guest(`docker inspect --format {{.State.StartedAt}} ${idOf('videobridge')}`);

test('--when-idle can be stopped while it waits, and has changed no container', async () => {
  part = await meet();
  const started = await bridge();
  const {applying} = await applyWhenIdle();
  await guest('systemctl kill --kill-whom=main --signal=TERM jitsi-onebox-apply');
  const {exitCode, all} = await applying;
  expect(exitCode, all).toBe(130);
  expect(await bridge()).toBe(started);
});

test('--when-idle waits until the meeting ends, sends heartbeats meanwhile, and then continues', async () => {
  part = await meet();
  const started = await bridge();
  const {applying} = await applyWhenIdle();
  await eventually(20, async () => {
    const beats = (await readJournal()).filter(line => line.includes('"heartbeat"'));
    expect(beats.length).toBeGreaterThan(2);
  });
  expect(await bridge()).toBe(started);
  await part();
  const {exitCode, all} = await applying;
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/waiting for: the meeting of 2 participants/);
  expect(await bridge()).not.toBe(started);
  const {exitCode: rest} = await plan();
  expect(rest).toBe(0);
});

test('--when-idle on an idle server begins at once, whatever Jicofo opens for itself', async () => {
  await untilHealthCheck();
  const {exitCode, all} = await apply('--when-idle', '--set', 'memory.videobridge=602m', '--json');
  expect(exitCode, all).toBe(0);
  const events: readonly {type: string; step?: string; lock?: string; at: string}[] = all
    .split('\n')
    .filter(line => line.startsWith('{"v"'))
    .map(line => JSON.parse(line));
  expect(events.filter(({lock}) => lock === 'meetings')).toEqual([]);
  const timeOf = (found: (event: (typeof events)[number]) => boolean) => Date.parse(events.find(found)?.at ?? '');
  const planned = timeOf(({type}) => type === 'plan-made');
  const begun = timeOf(({type, step}) => type === 'step-started' && step === 'container:videobridge');
  expect(begun - planned).toBeLessThan(2000);
});

test('--when-idle waits for the meetings that the bridge still carries after Jicofo has crashed', async () => {
  part = await meet();
  const started = await bridge();
  await guest(`docker kill ${idOf('jicofo')}`);
  const before = await newestRun();
  const applying = apply('--when-idle', '--set', 'memory.videobridge=603m');
  await untilJournal('step-waiting.*meetings.*the end of 1 meeting on the bridge', before);
  await guest('systemctl kill --kill-whom=main --signal=TERM jitsi-onebox-apply');
  const {exitCode, all} = await applying;
  expect(exitCode, all).toBe(130);
  expect(await bridge()).toBe(started);
  await part();
  await guest(`docker restart ${idOf('videobridge')}`);
  await eventually(120, async () => expect((await status()).codes('ok')).toContain('conference'));
});

test('of participants who die nothing is left after 10 s, or of those who could resume as a browser after a minute', async () => {
  await dieInMeeting();
  await eventually(10, async () => expect(await findGuests()).toBe(''));
  await dieInMeeting('--resumable');
  await setTimeout(10_000);
  expect(await findGuests()).toMatch(/@meet\.jitsi[\s\S]*standup/);
  expect((await plan(...wish)).all).toContain('This interrupts meetings: 2 participants in 1 meeting now.');
});
