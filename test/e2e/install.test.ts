import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {bootFresh, keepInstalled, saveListing} from './hosts.ts';
import {apply, ask, eventually, guest, outside, settings, settingsFile} from './lab.ts';
import {participants} from './participants.ts';
import {status} from './proof.ts';
import {type ArgvSample, sampleArgv} from './sample-argv.ts';
import {findSecrets, leaksOf} from './secrets.ts';

// One installation on a guest as Debian's installer leaves it; the tests below examine it from all sides.
let sample: ArgvSample;
let output = '';

beforeAll(async () => {
  await bootFresh();
  await saveListing();
  sample = await sampleArgv();
  const {exitCode, all} = await apply('--settings', settingsFile);
  output = all;
  await sample.stop();
  expect(exitCode, all).toBe(0);
});

afterAll(async () => {
  await sample?.stop();
});

describe('a fresh guest after one apply with three settings', () => {
  test('runs every container in good health', async () => {
    const format = '{{.Label "com.docker.compose.service"}} {{.Status}}';
    const lines = (await guest(`docker ps --format '${format}'`)).split('\n').toSorted();
    expect(lines.map(line => line.replace(/ Up .*\(/, ' ('))).toEqual(
      ['jicofo', 'prosody', 'turn', 'videobridge', 'web'].map(name => `${name} (healthy)`),
    );
  });

  test.each(['nginx', 'haproxy', 'go-mmproxy-ssl', 'docker', 'certbot.timer', 'jitsi-onebox-guard'])(
    'runs %s, now and at boot',
    async unit => {
      expect(await guest(`systemctl is-active ${unit}; systemctl is-enabled ${unit}`)).toBe('active\nenabled');
    },
  );

  test('has no failed check in its status', async () => {
    const {exitCode, stdout} = await ask('guest', ['jitsi-onebox', 'status', '--json']);
    const {checks}: {checks: {code: string; state: string}[]} = JSON.parse(stdout);
    expect(exitCode, stdout).toBe(0);
    expect(checks.length).toBeGreaterThanOrEqual(10);
    expect(checks.filter(({state}) => state !== 'ok').map(({code}) => code)).toEqual(['udp-buffers']);
  });

  test('keeps the settings with their comments', async () => {
    expect(await guest('cat /etc/jitsi-onebox/settings.yaml')).toBe(settings.trimEnd());
  });
});

/** Asks for the status until it is green or 120 s are over, and returns what each answer came to. */
async function watchStart(): Promise<string> {
  const answers: string[] = [];
  for (const deadline = Date.now() + 120_000; answers.at(-1) !== 'ok' && Date.now() < deadline; ) {
    const {exitCode, checks, codes} = await status();
    const failed = codes('failed', 'unknown');
    const waiting = checks.flatMap(({starting = []}) => starting.map(({part}) => part));
    if (failed.length > 0) answers.push(JSON.stringify(checks.filter(({code}) => failed.includes(code))));
    else answers.push(exitCode === 75 && waiting.length > 0 ? 'starting' : exitCode === 0 ? 'ok' : `exit ${exitCode}`);
  }
  console.log(`status after the reboot: ${answers.join(', ')}`);
  return answers.join(' ');
}

describe('participants', participants);

describe('secrets', () => {
  test('are in .env and in the relay’s configuration, and long', async () => {
    const secrets = await findSecrets();
    expect(secrets.length).toBeGreaterThanOrEqual(3);
    for (const {value} of secrets) expect(value.length).toBeGreaterThanOrEqual(16);
  });

  test('are in no argv, environment of our own processes, journal, log, plan, screen or file that others can read', async () => {
    const secrets = await findSecrets();
    expect(sample.seen().length).toBeGreaterThan(100);
    const environments = sample.environments();
    expect(environments.length).toBeGreaterThan(20);
    expect(await leaksOf(secrets, {argv: sample.seen(), environments, output})).toEqual([]);
  });
});

describe('the compose directory', () => {
  test('fits compose as typed by hand: nothing changes', async () => {
    const before = await guest('docker ps --no-trunc --format "{{.ID}} {{.CreatedAt}}"');
    // Debian 12 has only the standalone program.
    await guest(
      'cd /srv/jitsi && if docker compose version; then docker compose up -d; else docker-compose up -d; fi 2>&1',
    );
    expect(await guest('docker ps --no-trunc --format "{{.ID}} {{.CreatedAt}}"')).toBe(before);
  });
});

describe('after a reboot', () => {
  test('everything is up again within 120 s without help', async () => {
    // The disk that other tests begin with is kept while the guest is off.
    await keepInstalled();
    const seen = await watchStart();
    expect(seen, 'what is not up yet is starting, and nothing fails').toMatch(/^(starting )*ok$/);
    await eventually(120, async () => {
      expect(await outside('curl -sS --max-time 5 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe(
        '200',
      );
      expect(await guest('docker ps --filter health=healthy --quiet | wc -l')).toBe('5');
    });
  });

  describe('participants', participants);

  test('participants get through after a restart of systemd-networkd', async () => {
    await guest('systemctl restart systemd-networkd');
    await eventually(20, async () => {
      expect(await outside('curl -sS --max-time 5 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe(
        '200',
      );
    });
  });
});
