import {setTimeout as sleep} from 'node:timers/promises';
import {beforeAll, describe, expect, test} from 'vitest';
import {findRemains} from '../lab/listing.ts';
import {openTerminal, type Terminal} from '../tui/terminal.ts';
import {bootFresh} from './hosts.ts';
import {type Answer, apply, ask, eventually, guest, idOf, lab, plan, settingsFile} from './lab.ts';
import {newestRun, readJournal, untilJournal} from './run-files.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;
const attach = (how: '--json' | '--plain') => ask('guest', ['jitsi-onebox', 'attach', how]);

/** Opens a user's session: a terminal, led by the program. */
function openSession(...argv: readonly string[]): Terminal {
  return openTerminal({argv: [door, 'guest', 'jitsi-onebox', ...argv], columns: 80, rows: 24});
}

/** Kills the session's leader at a random moment, so that the kernel hangs up its terminal. */
async function hangUp(session: Terminal): Promise<void> {
  const moment = 1500 + Math.random() * 4000;
  await sleep(moment);
  session.kill('SIGKILL');
  await session.exit;
  console.log(`a session was killed after ${(moment / 1000).toFixed(2)} s`);
}

describe('a run whose viewers are opened and closed', () => {
  let viewers: Promise<readonly Answer[]>;
  let second: Answer;

  beforeAll(async () => {
    await bootFresh();
    const first = openSession('apply', '--yes', '--settings', settingsFile);
    await first.until(/Setting up/);
    await hangUp(first);
    viewers = Promise.all([attach('--json'), attach('--json')]);
    second = await apply('--set', 'memory.videobridge=600m');
    await hangUp(openSession('attach'));
    await hangUp(openSession());
    // The end of a viewer must not end the run.
    for (const signal of ['TERM', 'HUP', 'KILL'])
      await guest(`jitsi-onebox attach --plain >/dev/null 2>&1 & sleep 0.5; kill -${signal} $!; wait $! || true`);
  });

  test('refuses another run, and says which one is in progress, since when, by whom and how to see it', () => {
    expect(second.exitCode).toBe(1);
    expect(second.all).toMatch(
      /run-in-progress\): Run \d{8}T\d{6}Z \(apply\), started by root at 20\S+, is still in progress/,
    );
    expect(second.all).toContain('jitsi-onebox attach');
  });

  test('finishes, and each viewer that stayed open saw all of it', async () => {
    const [one, other] = await viewers;
    const journal = await readJournal();
    expect(JSON.parse(journal.at(-1) ?? '')).toMatchObject({type: 'run-finished', outcome: 'done', exit: 0});
    for (const viewer of [one, other]) {
      expect(viewer?.exitCode).toBe(0);
      expect(viewer?.stdout.split('\n')).toEqual(journal);
    }
    expect((await plan()).exitCode).toBe(0);
  });

  test('shows its whole history after its end', async () => {
    const {exitCode, stdout} = await attach('--plain');
    expect(exitCode).toBe(0);
    const journal = await readJournal();
    const finished = journal.filter(line => line.includes('"step-finished"')).length;
    expect(finished).toBeGreaterThan(40);
    expect(stdout.match(/^ +[\d:]+ {2}(done |already right: )/gm)).toHaveLength(finished);
    expect(stdout).toContain('Your meetings are at https://meet.example.test/');
  });
});

describe('a run that is interrupted again and again', () => {
  beforeAll(async () => {
    await bootFresh();
  });

  /** Starts a run and waits until its journal has a line like the pattern. */
  async function startUntil(pattern: string): Promise<{readonly answer: Promise<Answer>}> {
    const before = await newestRun();
    const answer = apply('--settings', settingsFile);
    await untilJournal(pattern, before);
    return {answer};
  }

  /** Gives the next run containers to start, however far the last one got. */
  const withoutContainers = 'docker ps --all --quiet | xargs --no-run-if-empty docker rm --force';

  async function cutPower(): Promise<void> {
    await lab('kill');
    await lab('reboot');
  }

  test.each([
    ['packages are unpacked', 'Unpacking docker', 'Docker and compose'],
    ['packages are set up', 'Setting up containerd', 'Docker and compose'],
    ['images are pulled', 'step-started.,.step.:.image:', 'Image: '],
  ])('by a power cut while %s: the report says so and names the last steps', async (_moment, pattern, step) => {
    const {answer} = await startUntil(pattern);
    await cutPower();
    await answer;
    const {exitCode, all} = await attach('--plain');
    expect(exitCode).toBe(1);
    expect(all).toMatch(new RegExp(`run-died\\): Run \\S+ ended unexpectedly during .*“${step}`));
  });

  test('by systemctl stop: started steps are finished, no other begins, and the journal says so', async () => {
    const {answer} = await startUntil('step-started.,.step.:.apt-packages:servers');
    await guest('systemctl stop jitsi-onebox-apply');
    expect((await answer).exitCode).toBe(130);
    const journal = await readJournal();
    const asked = journal.findIndex(line => line.includes('"stop-requested"'));
    expect(journal.slice(asked).filter(line => line.includes('"step-started"'))).toEqual([]);
    expect(JSON.parse(journal.at(-1) ?? '')).toMatchObject({outcome: 'stopped', exit: 130});
    expect(await guest("dpkg-query --show --showformat='${db:Status-Status}' nginx")).toBe('installed');
    expect((await plan('--settings', settingsFile)).exitCode).toBe(2);
  });

  test('by Ctrl-C in plain mode; a second one closes the viewer', async () => {
    // Containers take seconds to become healthy, and the stop has to arrive before the end of the run.
    await guest(withoutContainers);
    // In a terminal inside the guest: ours would interrupt scripts/lab too.
    const line = `jitsi-onebox apply --yes --plain --settings ${settingsFile}`;
    const session = openTerminal({argv: [door, 'guest', 'script', '-qec', line, '/dev/null'], columns: 80, rows: 24});
    // First comes everything that was stopped before, images too.
    await session.until(/start {3}Videobridge/, 120);
    session.type('\x03');
    await session.until(/Asking the run to stop/);
    session.type('\x03');
    await session.until(/continues in the background/);
    expect(await session.exit).toMatchObject({exitCode: 0});
    expect((await attach('--plain')).exitCode).toBe(130);
  });

  test('by SIGKILL of the worker: its viewer says so at once', async () => {
    await guest(withoutContainers);
    const {answer} = await startUntil('step-started.,.step.:.container:');
    await guest('systemctl kill --signal=KILL jitsi-onebox-apply');
    const killed = Date.now();
    const {exitCode, all} = await answer;
    expect(exitCode).toBe(1);
    expect(all).toContain('run-died');
    expect(Date.now() - killed).toBeLessThan(5000);
  });

  test.each([
    ['containers are started', 'step-started.,.step.:.container:'],
    ['it begins', '.run-started'],
  ])('by a power cut while %s', async (_moment, pattern) => {
    await guest(withoutContainers);
    const {answer} = await startUntil(pattern);
    await cutPower();
    await answer;
  });

  test('continues each time, succeeds in the end and leaves nothing behind', async () => {
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
    expect((await plan()).exitCode).toBe(0);
    await eventually(30, async () => expect(await findRemains(guest)).toBe(''));
  });
});

/** Kills the Engine while it starts containers, until it holds a port of a container that is gone: then that one cannot start. */
const breakEngine = `both="${idOf('web')} ${idOf('turn')}"
for try in $(seq 40); do
  docker restart --time 0 $both >/dev/null 2>&1 &
  sleep 0.$(shuf --input-range 1-9 --head-count 1)
  pkill -KILL -x dockerd; pkill -KILL -x docker-proxy; wait
  systemctl reset-failed docker.service; systemctl start docker.service
  if docker start $both 2>&1 | grep 'port is already allocated'; then exit 0; fi
done; exit 1`;

test('an Engine that holds the port of a deleted container is restarted, as the plan says', async () => {
  await guest(breakEngine);
  expect((await plan()).all).toMatch(/restart Docker and with it all containers, which keeps \d+/);
  const {exitCode, all} = await apply();
  expect(exitCode, all).toBe(0);
  expect((await plan()).exitCode).toBe(0);
});
