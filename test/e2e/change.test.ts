import {beforeAll, describe, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, idOf, outside, plan, plannedIds} from './lab.ts';

const site = 'file:/etc/nginx/sites-available/jitsi.conf';
const saved = 'file:/etc/jitsi-onebox/settings.yaml';
const compose = 'file:/srv/jitsi/compose.yaml';

beforeAll(requireInstalled);

/** Lists paths and times of all files that the program writes, but for journals, snapshots and code that Node compiled. */
const listFiles = () =>
  guest(
    "find /etc /srv /usr/local /opt /var/lib/jitsi-onebox -path /srv/jitsi/storage -prune -o -path '*/runs*' -prune -o -path '*/originals/*' -prune -o -path '*/cache/*' -prune -o -type f -printf '%p %T@ %m %u\\n' | sort",
  );

const listProcesses = () =>
  guest(
    'for p in nginx haproxy go-mmproxy dockerd; do pgrep -x $p; done; docker ps --no-trunc --format "{{.ID}}" | sort',
  );

describe('a second apply', () => {
  test('finds nothing to do, touches no file and restarts nothing', async () => {
    await guest('jitsi-onebox apply --yes --plain >/dev/null');
    const [files, processes] = [await listFiles(), await listProcesses()];
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
    expect(await listFiles()).toBe(files);
    expect(await listProcesses()).toBe(processes);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
  });
});

type Damage = {
  readonly title: string;
  /** The command that does the damage. */
  readonly line: string;
  /** All resources that the plan may name. */
  readonly ids: readonly string[];
  /** The files that apply may write. */
  readonly written: readonly string[];
};

const sitePath = '/etc/nginx/sites-available/jitsi.conf';
const composePath = '/srv/jitsi/compose.yaml';

const damages: readonly Damage[] = [
  {
    title: 'a line in jitsi.conf',
    line: `echo "# mine" >> ${sitePath}`,
    ids: [site, 'unit:nginx.service'],
    written: [sitePath],
  },
  // Only the mode is corrected: the passwords are not written again.
  {title: 'the mode of .env', line: 'chmod 644 /srv/jitsi/.env', ids: ['file:/srv/jitsi/.env'], written: []},
  {title: 'a stopped unit', line: 'systemctl stop haproxy', ids: ['unit:haproxy.service'], written: []},
  {title: 'a deleted ip rule', line: 'ip rule del pref 12300', ids: ['policy-routing:v4'], written: []},
  {
    title: 'a deleted guard',
    line: 'nft delete table inet jitsi-onebox',
    ids: ['nft-table:inet jitsi-onebox'],
    written: [],
  },
  {
    title: 'a removed container',
    line: 'docker rm -f $(docker ps -q -f label=com.docker.compose.service=jicofo)',
    ids: ['container:jicofo'],
    written: [],
  },
  {title: 'an edited compose.yaml', line: `sed -i s/120s/121s/ ${composePath}`, ids: [compose], written: [composePath]},
];

describe.each(damages)('after $title by hand', ({line, ids, written}) => {
  test('plan names only that and apply repairs only that', async () => {
    const before = await listFiles();
    await guest(line);
    expect(await plan()).toMatchObject({exitCode: 2, changes: ids.map(id => ({id}))});
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
    expect(await unlike(before)).toEqual(written);
  });
});

/** Returns the paths that differ from before; a corrected mode leaves no difference. */
async function unlike(before: string): Promise<readonly string[]> {
  const old = new Set(before.split('\n'));
  const paths = (await listFiles())
    .split('\n')
    .filter(line => !old.has(line))
    .map(line => line.split(' ')[0] ?? '');
  return paths;
}

describe('a kept plan', () => {
  const keep = () => guest('! jitsi-onebox plan --save - --set memory.jicofo=300m >/root/plan.json');
  const applyKept = () => guest('jitsi-onebox apply --plan /root/plan.json --plain 2>&1; echo exit $?');

  test('is refused once the host has changed, and the change is named', async () => {
    await keep();
    await guest(`echo "# mine" >> ${sitePath}`);
    const [plan, refusal] = [await guest('cat /root/plan.json'), await applyKept()];
    expect(refusal).toContain(`New: Meeting site (${site})`);
    expect(refusal).toMatch(/exit 3$/);
    expect(plan).not.toContain(await guest('. /srv/jitsi/.env; printf %s "$JICOFO_AUTH_PASSWORD"'));
    await guest('jitsi-onebox apply --yes --plain >/dev/null');
  });

  test('is applied without a question as long as it fits', async () => {
    await keep();
    expect(await applyKept()).toMatch(/exit 0$/);
    expect(await guest(`docker inspect --format '{{.Config.Env}}' ${idOf('jicofo')}`)).toContain(
      'JICOFO_MAX_MEMORY=300m',
    );
  });
});

describe('a changed setting changes only what it is about', () => {
  test("the bridge's memory, and an option that it alone reads: the bridge", async () => {
    const others = () => guest('docker ps --no-trunc --format "{{.Names}} {{.ID}}" | grep -v videobridge | sort');
    const before = await others();
    const change = ['--set', 'memory.videobridge=600m', '--set', 'options.COLIBRI_REST_ENABLED=1'];
    expect(await plannedIds(...change)).toEqual(['container:videobridge', saved, compose].toSorted());
    const {exitCode, all} = await apply(...change);
    expect(exitCode, all).toBe(0);
    expect(await others()).toBe(before);
    expect(await guest(`docker inspect --format '{{.Config.Env}}' ${idOf('videobridge')}`)).toContain(
      'COLIBRI_REST_ENABLED=1',
    );
  });

  test('the meeting domain: its certificate, jitsi.conf, web and prosody', async () => {
    const change = ['--set', 'domain=talk.example.test'];
    expect(await plannedIds(...change)).toEqual(
      [
        'certificate:talk.example.test',
        'certificates:retired',
        'container:prosody',
        'container:web',
        compose,
        saved,
        site,
        'file:/usr/local/sbin/renew_meet_cert.sh',
        'stand-in:talk.example.test',
        'unit:nginx.service',
      ].toSorted(),
    );
    const {exitCode, all} = await apply(...change);
    expect(exitCode, all).toBe(0);
    expect(await outside('curl -sS --max-time 10 https://talk.example.test/config.js')).toContain('talk.example.test');
    expect(await guest('ls /etc/letsencrypt/live')).not.toContain('meet.example.test');
  });

  test('the relay’s domain: its certificate, haproxy.cfg, turn and prosody', async () => {
    const change = ['--set', 'turn.domain=relay.example.test'];
    expect(await plannedIds(...change)).toEqual(
      [
        'certificate-copy:/srv/jitsi/turn/certs',
        'certificate:relay.example.test',
        'certificates:retired',
        'container:prosody',
        'container:turn',
        compose,
        saved,
        'file:/etc/haproxy/haproxy.cfg',
        'file:/etc/nginx/sites-available/jitsi-turn.conf',
        'file:/srv/jitsi/turn/turnserver.conf',
        'file:/usr/local/sbin/renew_turn_cert.sh',
        'stand-in:relay.example.test',
        'unit:haproxy.service',
        'unit:nginx.service',
      ].toSorted(),
    );
    const {exitCode, all} = await apply(...change);
    expect(exitCode, all).toBe(0);
    await expectRelay('relay.example.test');
  });
});

describe('the relay switched off, and on again', () => {
  test('off: nothing of it is left', async () => {
    const {exitCode, all} = await apply('--set', 'turn.enabled=false');
    expect(exitCode, all).toBe(0);
    expect(await guest('docker ps --all --format "{{.Names}}"')).not.toContain('turn');
    expect(
      await guest('ls /srv/jitsi /usr/local/sbin /etc/letsencrypt/renewal-hooks/deploy /etc/nginx/sites-enabled'),
    ).not.toMatch(/turn/);
    expect(await guest('cat /srv/jitsi/compose.yaml /etc/haproxy/haproxy.cfg')).not.toMatch(
      /TURN_|TURNS_|5349|relay\.example/,
    );
    expect(await guest('ls /etc/letsencrypt/live')).not.toContain('relay.example.test');
  });

  test('on: it serves again, with the same secret', async () => {
    const secret = () => guest('sed -n s/^TURN_CREDENTIALS=//p /srv/jitsi/.env');
    const before = await secret();
    const {exitCode, all} = await apply('--set', 'turn.enabled=true');
    expect(exitCode, all).toBe(0);
    expect(await secret()).toBe(before);
    await expectRelay('relay.example.test');
  });
});

async function expectRelay(name: string): Promise<void> {
  await eventually(10, async () => {
    const line = `openssl s_client -connect ${name}:443 -servername ${name} -verify_return_error </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName`;
    expect(await outside(line)).toContain(`DNS:${name}`);
  });
}

describe('a domain that does not resolve', () => {
  test('prevents only its certificate, and the report says what is missing', async () => {
    const {exitCode, all} = await apply('--set', 'domain=meet.nowhere.invalid');
    expect(exitCode).toBe(1);
    expect(all).toContain('certificate-missing');
    expect(all).toMatch(/What to do: Point meet\.nowhere\.invalid to/);
    expect(await guest('docker ps --filter health=healthy --quiet | wc -l')).toBe('5');
    const page =
      'curl -sSk --max-time 10 --resolve meet.nowhere.invalid:443:198.51.100.10 https://meet.nowhere.invalid/config.js';
    expect(await outside(page)).toContain('meet.nowhere.invalid');
  });

  test('leaves nothing behind when another domain replaces it', async () => {
    const {exitCode, all} = await apply('--set', 'domain=meet.example.test');
    expect(exitCode, all).toBe(0);
    expect(await guest('ls /etc/jitsi-onebox/tls')).toBe('meet.example.test\nrelay.example.test');
  });
});

test.each([
  ['forbidden.example.test', 'caa-forbids', 'Its CAA records are: 0 issue "other.test".'],
  ['nowhere.example.org', 'name-elsewhere', 'The authority and the participants look for this host there.'],
])('a domain that no certificate can be ordered for is named before the first change: %s', async (name, code, why) => {
  const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--json', '--set', `domain=${name}`]);
  const {warnings} = JSON.parse(stdout) as {warnings: readonly {code: string; why: string}[]};
  expect(warnings.filter(warning => /^(caa|name)-/.test(warning.code))).toEqual([expect.objectContaining({code, why})]);
});
