import {beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {runHostile, startProgram} from './hostile/programs.ts';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, imageOf, outside} from './lab.ts';

// What strangers, guests, neighbours and local users tried in an audit; each test is named after its finding.
beforeAll(requireInstalled);

const page = 'curl -sS --max-time 5 -o /dev/null -w "%{http_code}" https://meet.example.test/';
const readQuota = async (name: string) => Number(await guest(`sed -n s/^${name}=//p /srv/jitsi/turn/turnserver.conf`));
const readSecret = () => guest('sed -n s/^TURN_CREDENTIALS=//p /srv/jitsi/.env');

describe('a guest with a credential of the relay', () => {
  test('h1: opens as many allocations as its quota, and the next guest gets one', {timeout: 120_000}, async () => {
    const [quota, total, secret] = [await readQuota('user-quota'), await readQuota('total-quota'), await readSecret()];
    expect(quota).toBeLessThan(total / 2);
    const greedy = await startProgram('lan', 'allocate.ts', {args: [String(quota + 20), 'greedy'], line: secret});
    onTestFinished(greedy.end);
    console.log(`h1: quota ${quota} of ${total}: ${greedy.first.trim()}`);
    expect(JSON.parse(greedy.first)).toEqual({opened: quota, codes: [486]});
    const next = await startProgram('lan', 'allocate.ts', {args: ['1', 'next'], line: secret});
    await next.end();
    expect(JSON.parse(next.first)).toEqual({opened: 1, codes: []});
  });

  test('h1: gets no answer from TURN on the public UDP port, which answers STUN', async () => {
    const allocate = '000300082112a442000102030405060708090a0b0019000411000000';
    expect(await runHostile('outside', 'datagram.ts', allocate)).toEqual({sent: 28, answers: []});
    const binding = '000100002112a442000102030405060708090a0b';
    // l1: the answer is at most 1.6 times as long.
    expect(await runHostile('outside', 'datagram.ts', binding)).toEqual({sent: 20, answers: [32]});
  });

  test('l1: a STUN request of the old form gets no answer', async () => {
    expect(await runHostile('outside', 'datagram.ts', `00010000${'07'.repeat(16)}`)).toEqual({sent: 20, answers: []});
  });
});

describe('a stranger', () => {
  test('h2: fills no disk with an endless upload', async () => {
    const measure = 'for _ in $(seq 20); do du -sk /var/lib/nginx | cut -f1; sleep 0.2; done | sort -n | tail -1';
    const upload = `timeout 4 curl -sS -o /dev/null -H 'Transfer-Encoding: chunked' -T /dev/zero https://meet.example.test/x`;
    const [most] = await Promise.all([guest(measure), outside(upload)]);
    expect(Number(most)).toBeLessThan(1024);
  });

  test.each([
    ['m3: half a TLS greeting', String.raw`\x16\x03\x01\x02\x00\x01\x00`],
    ['m3: something else than TLS', String.raw`GET / HTTP/1.1\r\nHost: meet.example.test\r\n\r\n`],
    ['m3: silence', ''],
  ])('%s is refused after the inspection delay', async (_what, bytes) => {
    // A connection that was reset before the last line was sent must not end the shell.
    const line = `trap '' PIPE; exec 3<>/dev/tcp/198.51.100.10/443; printf '${bytes}' >&3; timeout 8 cat <&3`;
    const {exitCode, stdout} = await ask('outside', ['bash', '-c', line]);
    // Closed (0) or reset (1), but not left open until `timeout` ends it (124).
    expect([0, 1]).toContain(exitCode);
    expect(stdout).toBe('');
  });

  test.each(['80', '4443'])(
    'm3: holds a limited number of connections to port %s, and nobody else waits',
    async port => {
      const limit = await guest(
        String.raw`sed -n 's/.* ip saddr ct count over \([0-9]*\) .*/\1/p' /etc/jitsi-onebox/guard.nft`,
      );
      const greedy = await startProgram('lan', 'hold.ts', {args: [port, '2000']});
      onTestFinished(greedy.end);
      expect(JSON.parse(greedy.first)).toEqual({opened: Number(limit)});
      expect(await outside(page)).toBe('200');
      expect(await outside(page.replace('https', 'http'))).toBe('301');
      expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
    },
  );

  test.each(['meet.example.test', 'turn.example.test'])('l2: %s takes modern cipher suites only', async name => {
    const greet = (ciphers: string) =>
      outside(
        `openssl s_client -connect ${name}:443 -servername ${name} -tls1_2 -cipher '${ciphers}' </dev/null 2>&1 | grep -c 'BEGIN CERTIFICATE'`,
      );
    expect(await greet('ECDHE+AESGCM')).toBe('1');
    expect(await greet('ALL:!AESGCM:!CHACHA20:@SECLEVEL=0')).toBe('0');
    expect(await greet('kRSA:ECDHE+ARIA:ECDHE+CAMELLIA:@SECLEVEL=0')).toBe('0');
  });

  test('l3: learns no version, and no outdated header is sent', async () => {
    for (const url of ['http://meet.example.test/', 'http://turn.example.test/', 'https://meet.example.test/']) {
      const headers = await outside(`curl -sS --max-time 5 -o /dev/null -D - ${url}`);
      expect(headers).toMatch(/^server: nginx\r?$/im);
      expect(headers).not.toMatch(/x-xss-protection/i);
    }
  });

  test('l3, s3: cannot forge an address: the web container gets the one that nginx sees', async () => {
    const path = `forged-${Date.now()}`;
    await outside(`curl -sS --max-time 5 -o /dev/null -H 'X-Forwarded-For: 6.6.6.6' https://meet.example.test/${path}`);
    const log = await guest(
      `docker logs --since 1m $(docker ps -q --filter label=com.docker.compose.service=web) 2>&1 | grep ${path}`,
    );
    expect(log).toMatch(/^198\.51\.100\.1 /);
  });
});

describe('a neighbour on the local network', () => {
  test.each(['8289', '5349', '4444'])('m1: does not reach 127.0.0.1:%s by the hardware address', async port => {
    const connect = `timeout 2 bash -c '</dev/tcp/127.0.0.1/${port}'`;
    const {exitCode, all} = await ask('lan', ['sh', '-c', throughLoopback(connect)]);
    expect(exitCode, all).not.toBe(0);
    expect((await ask('guest', ['bash', '-c', `</dev/tcp/127.0.0.1/${port}`])).exitCode).toBe(0);
  });
});

/** Runs a command line of a neighbour that sends packets for 127.0.0.0/8 to this host. */
function throughLoopback(line: string): string {
  return `sysctl -qw net.ipv4.conf.all.route_localnet=1
    ip rule add pref 1 lookup local; ip rule del pref 0; ip rule add pref 0 to 127.0.0.0/8 lookup 77
    ip route add 127.0.0.0/8 via 192.168.77.10 table 77
    ${line}; code=$?
    ip route flush table 77; ip rule add pref 0 lookup local; ip rule del pref 0 to 127.0.0.0/8; ip rule del pref 1
    sysctl -qw net.ipv4.conf.all.route_localnet=0
    exit $code`;
}

describe('a local user', () => {
  test.each(['www-data', 'nobody', 'haproxy'])(
    'l4: %s does not reach container ports that are not published',
    async name => {
      for (const place of ['172.28.0.3/5280', '172.28.0.5/8080', '172.28.0.6/5349']) {
        const line = `timeout 2 bash -c '</dev/tcp/${place}'`;
        expect(
          (await ask('guest', ['setpriv', `--reuid=${name}`, '--clear-groups', 'sh', '-c', line])).exitCode,
        ).not.toBe(0);
      }
      expect((await ask('guest', ['bash', '-c', '</dev/tcp/172.28.0.6/5349'])).exitCode).toBe(0);
    },
  );
});

describe('a local user with a file of the pages', () => {
  test('gets no secret of root published through a link', async () => {
    await guest('mkdir /tmp/theirs && chown nobody /tmp/theirs && ln -s /srv/jitsi/.env /tmp/theirs/head.html');
    onTestFinished(async () => void (await guest('rm -r /tmp/theirs')));
    const plan = ['jitsi-onebox', 'plan', '--set', 'branding.plugin-head=/tmp/theirs/head.html'];
    const {exitCode, all} = await ask('guest', plan);
    expect(exitCode, all).toBe(1);
    expect(all.replace(/\s+/g, ' ')).toContain('everybody may write in /tmp');
  });

  test('does not read the settings, which may name a web hook', async () => {
    expect(await guest('stat -c "%a %U:%G" /etc/jitsi-onebox/settings.yaml')).toBe('600 root:root');
    const stranger = await ask('guest', ['setpriv', '--reuid=65534', '--clear-groups', 'jitsi-onebox', 'plan']);
    expect([stranger.exitCode, stranger.stderr]).toEqual([1, expect.stringContaining('not-root')]);
  });
});

describe('containers and their files', () => {
  test('m6: run as users that nobody else has, and nobody reads their secrets from /proc', async () => {
    const pids = `docker inspect --format '{{.State.Pid}}' $(docker ps -q --filter label=com.docker.compose.project=jitsi)`;
    const owners = `for pid in $(${pids}); do getent passwd $(stat -c %u /proc/$pid) | cut -d: -f1; done | sort | uniq -c`;
    expect((await guest(owners)).replace(/ +/g, ' ').trim()).toBe('4 jitsi-meet\n 1 jitsi-turn');
    const read = `for pid in $(${pids}); do setpriv --reuid=nobody --clear-groups cat /proc/$pid/environ /proc/$pid/root/etc/coturn/certs/privkey.pem; done 2>/dev/null`;
    expect(await guest(`${read} || true`)).toBe('');
  });

  test('l6: a directory that others could replace is refused before anything changes', async () => {
    const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'plan', '--set', 'stack.directory=/var/tmp/x']);
    expect(exitCode, all).toBe(1);
    expect(all.replace(/\s+/g, ' ')).toContain('everybody may write in /var/tmp');
  });

  test('s2: a tag that was moved is shown as what it is, and the recorded image restored', async () => {
    const name = imageOf('jicofo');
    const digest = `docker image inspect --format '{{index .RepoDigests 0}}' ${name}`;
    const before = await guest(digest);
    await guest(`docker tag ${imageOf('web')} ${name}`);
    const planned = await ask('guest', ['jitsi-onebox', 'plan']);
    expect(planned.all.replace(/\s+/g, ' ')).toContain(`Warning (image-moved): ${name} is another image`);
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
    expect(await guest(digest)).toBe(before);
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });
});

test('m2: the name of a process reaches the terminal as text', async () => {
  const program = String.raw`use Socket; $0 = "\e]0;pwn\a\e[31mX"; socket(my $s, PF_INET, SOCK_STREAM, 0); bind($s, sockaddr_in(7777, INADDR_ANY)) or die; listen($s, 1); sleep 60`;
  await guest('cat > /root/hostile.pl; systemd-run --quiet --unit=hostile perl /root/hostile.pl', program);
  onTestFinished(async () => void (await guest('systemctl stop hostile; rm /root/hostile.pl')));
  await eventually(10, async () => void (await guest('ss -Hltn "sport = :7777" | grep -q 7777')));
  const {all} = await ask('guest', ['jitsi-onebox', 'plan', '--set', 'ports.turns=7777']);
  expect(all).toContain(String.raw`\u001b]0;pwn`);
  expect(all.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
});

describe('units', () => {
  test.each(['go-mmproxy-ssl', 'jitsi-onebox-guard'])(
    '%s is exposed 3.0 at most, as systemd-analyze counts',
    async unit => {
      const {exitCode, all} = await ask('guest', ['systemd-analyze', 'security', '--threshold=30', `${unit}.service`]);
      console.log(all.trim().split('\n').at(-1));
      expect(exitCode, all).toBe(0);
    },
  );

  const intact = 'nft list table inet jitsi-onebox >/dev/null && systemctl is-active go-mmproxy-ssl';
  const untilIntact = () => eventually(10, async () => void (await guest(intact)));

  test('s1: go-mmproxy starts with its guard only, which nothing that nftables.service does removes', async () => {
    const ruleset = '/root/ruleset.nft';
    await guest(`cp /etc/nftables.conf /root/nftables.conf; (echo flush ruleset; nft list ruleset) >${ruleset}`);
    onTestFinished(async () => {
      await guest('cp /root/nftables.conf /etc/nftables.conf; systemctl reset-failed');
      await guest(`systemctl stop nftables; nft -f ${ruleset}; systemctl start jitsi-onebox-guard go-mmproxy-ssl`);
      await untilIntact();
    });
    // Without the guard's table, as an administrator's file is; the rest is Docker's.
    await guest(`(cat ${ruleset}; echo 'delete table inet jitsi-onebox') >/etc/nftables.conf`);
    for (const verb of ['start', 'reload', 'restart', 'stop', 'start']) {
      await guest(`systemctl ${verb} nftables`);
      await untilIntact();
    }
    await guest('nft delete table inet jitsi-onebox; systemctl restart go-mmproxy-ssl');
    await guest(intact);
    const file = '/etc/jitsi-onebox/guard.nft';
    await guest(`mv ${file} ${file}.away; ! systemctl restart go-mmproxy-ssl; mv ${file}.away ${file}`);
    await guest('systemctl reset-failed go-mmproxy-ssl; systemctl restart go-mmproxy-ssl');
    await eventually(10, async () => expect(await outside(page)).toBe('200'));
  });
});
