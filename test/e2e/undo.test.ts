import {beforeAll, describe, expect, test} from 'vitest';
import {listHost} from '../lab/listing.ts';
import {bootFresh, bootInstalled, requireInstalled} from './hosts.ts';
import {apply, ask, guest, outside, plan, settingsFile} from './lab.ts';
import {settleSite} from './others.ts';
import {newestRun} from './run-files.ts';
import {findSecrets, leaksOf} from './secrets.ts';
import {differences, listContainers, undo} from './undone.ts';

const status = (url: string) => outside(`curl -sSk --max-time 10 -o /dev/null -w '%{http_code}' ${url}`);

/** A user who is made again is at the end of these files, so they are compared line by line. */
const accountFiles = /\/etc\/g?(passwd|group|shadow)$/;
const listAccounts = () => guest('sort /etc/passwd /etc/group /etc/shadow /etc/gshadow');

describe('an installation', () => {
  beforeAll(bootInstalled);

  test('is undone, and the undo of that brings it back: all checks pass, and everything is as after the installation', async () => {
    const [after, containers, accounts] = [await listHost(guest), await listContainers(), await listAccounts()];
    const undone = await undo();
    expect(undone.exitCode, undone.all).toBe(0);
    // Docker was installed by the run, so it is stopped now; its package stays.
    expect(await guest('systemctl is-active docker.service docker.socket || true')).toBe('inactive\ninactive');
    expect(await guest('ls /var/lib/docker/containers')).toBe('');
    expect(await guest('ss -Hltn "sport = :443 or sport = :4443"')).toBe('');
    const back = await undo(await newestRun());
    expect(back.exitCode, back.all).toBe(0);
    const proof = await ask('guest', ['jitsi-onebox', 'status']);
    expect(proof.exitCode, proof.all).toBe(0);
    expect(await listContainers()).toBe(containers);
    expect(await listAccounts()).toBe(accounts);
    expect((await differences(after)).filter(line => !accountFiles.test(line))).toEqual([]);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
  });
});

describe('an installation next to a user’s site', () => {
  beforeAll(async () => {
    await requireInstalled();
    await settleSite('server_name own.example.test;');
  });

  test('a changed setting is undone: files, containers, certificates and rules are as before', async () => {
    const [before, containers] = [await listHost(guest), await listContainers()];
    const changes = [
      'domain=talk.example.test',
      'turn.domain=relay.example.test',
      'ports.https=4553',
      'memory.jicofo=400m',
    ];
    const {exitCode, all} = await apply(...changes.flatMap(change => ['--set', change]));
    expect(exitCode, all).toBe(0);
    expect(await listContainers()).not.toBe(containers);
    // The snapshot of the relay's replaced configuration holds its secret.
    expect(await leaksOf(await findSecrets(), {argv: [], output: all})).toEqual([]);
    const undone = await undo();
    expect(undone.exitCode, undone.all).toBe(0);
    expect(undone.all).toContain('Everything is as it was before run');
    expect(await listContainers()).toBe(containers);
    expect((await differences(before)).filter(line => !/(talk|relay)\.example\.test/.test(line))).toEqual([]);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
    expect(await status('https://meet.example.test/')).toBe('200');
  });

  test('an undo is a run with a journal, and can be undone itself', async () => {
    const runs = (await guest('ls /var/lib/jitsi-onebox/runs')).split('\n');
    const journal = await guest(`head -n 1 /var/lib/jitsi-onebox/runs/${runs.at(-1)}/events.jsonl`);
    expect(JSON.parse(journal)).toMatchObject({type: 'run-started', command: 'undo'});
    const again = await undo(runs.at(-1) ?? '');
    expect(again.exitCode, again.all).toBe(0);
    expect(await guest('cat /etc/jitsi-onebox/settings.yaml')).toContain('talk.example.test');
    const back = await undo(runs.at(-2) ?? '');
    expect(back.exitCode, back.all).toBe(0);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
  });

  test('a repair is undone too: what was stopped or deleted by hand is stopped or deleted again', async () => {
    await guest(
      'systemctl disable --quiet --now haproxy && ip rule del pref 12300 && docker stop $(docker ps --quiet --filter label=com.docker.compose.service=jicofo)',
    );
    const before = await listHost(guest);
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
    const undone = await undo();
    expect(undone.exitCode, undone.all).toBe(0);
    expect(await differences(before)).toEqual([]);
    expect(await guest('docker ps --all --filter status=exited --format {{.Names}}')).toMatch(/jicofo/);
    expect((await apply()).exitCode).toBe(0);
  });

  test.each([
    {
      server: 'nginx',
      spoil: 'echo "nonsense here;" > /etc/nginx/conf.d/mine.conf',
      mend: 'rm /etc/nginx/conf.d/mine.conf',
    },
    {
      server: 'haproxy',
      spoil: `echo nonsense > /etc/haproxy/mine.cfg && echo 'EXTRAOPTS="-f /etc/haproxy/mine.cfg"' > /etc/default/haproxy`,
      mend: 'rm /etc/haproxy/mine.cfg && : > /etc/default/haproxy',
    },
  ])('a broken file of the user’s: $server refuses it, and no service changes', async ({server, spoil, mend}) => {
    await guest(spoil);
    const [before, containers] = [await listHost(guest), await listContainers()];
    const {exitCode, all} = await apply('--set', 'domain=talk.example.test', '--set', 'turn.domain=relay.example.test');
    expect(exitCode).toBe(1);
    expect(all).toContain('configuration-broken');
    expect(all).toContain(server);
    expect(await differences(before)).toEqual([]);
    expect(await listContainers()).toBe(containers);
    expect(await status('https://meet.example.test/')).toBe('200');
    expect(await outside('curl -sS --max-time 10 http://own.example.test/')).toBe('my own site');
    await guest(mend);
  });
});

describe('a user’s site that would lose its visitors to ours', () => {
  let answer: Awaited<ReturnType<typeof apply>>;

  beforeAll(async () => {
    await bootFresh();
    // It answers for any name because it is the first on its port; our site would be loaded before it.
    await settleSite('server_name _;');
    answer = await apply('--settings', settingsFile);
  });

  test('makes the run fail, which names the site', () => {
    expect(answer.exitCode, answer.all).toBe(1);
    expect(answer.all).toMatch(/site-broken\): After this change, http:\/\/127\.0\.0\.1\/ no longer answers as before/);
  });

  test('answers again at once: the run is undone without asking, by another run', async () => {
    expect(answer.all).toContain('Everything is as it was before run');
    expect(answer.all).toMatch(/check {3}ok: Your other web sites answer as before \(1 asked\)/);
    expect(await outside('curl -sS --max-time 10 http://198.51.100.10/')).toBe('my own site');
    expect(await guest('ls /etc/nginx/sites-enabled')).toBe('own');
    expect(await guest('ls /srv')).toBe('');
    expect(await guest('ss -Hltn "sport = :443"')).toBe('');
    const journals = await guest(
      'grep -h -o \'"command":"[a-z]*"\\|"undoneBy":"[^"]*"\' /var/lib/jitsi-onebox/runs/*/events.jsonl',
    );
    expect(journals).toMatch(/^"command":"apply"\n"undoneBy":"\d{8}T\d{6}Z"\n"command":"undo"$/);
  });

  test('undo --packages removes the packages of the run too', async () => {
    const [run] = (await guest('ls /var/lib/jitsi-onebox/runs')).split('\n');
    const {exitCode, all} = await undo(run ?? '', '--packages');
    expect(exitCode, all).toBe(0);
    expect(
      await guest("dpkg-query --show --showformat='${Package} ${db:Status-Status}\\n' | grep -w installed"),
    ).not.toMatch(/docker|haproxy|certbot/);
    expect(await outside('curl -sS --max-time 10 http://198.51.100.10/')).toBe('my own site');
  });
});
