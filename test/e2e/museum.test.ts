import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {editRelay, turn} from './edits.ts';
import {bootFresh, bootInstalled} from './hosts.ts';
import {ask, eventually, guest, idOf, lab} from './lab.ts';
import {demandNamed, type Exhibit, lookAfter, lookBefore, type Named} from './museum.ts';

/** A program of this name on a port, as a unit of its own. */
const hold = (name: string, port: number) =>
  `systemd-run --quiet --collect --unit=${name} perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 1) or die; $0 = "${name}"; sleep' && sleep 0.5`;
/** A file of the kernel in another form. */
const pretend = (path: string, script: string) =>
  `sed '${script}' ${path} > /tmp/pretended && mount --bind /tmp/pretended ${path}`;
const drop = (name: string, rule: string) =>
  `nft 'table inet ${name} { chain input { type filter hook input priority 10; ${rule} drop; }; }'`;
const archives = '/var/cache/apt/archives';

const before: readonly Exhibit[] = [
  {
    title: 'a wrong A record',
    code: 'name-elsewhere',
    set: ['domain=elsewhere.example.test'],
    remedy: /resolve to 198\.51\.100\.10/,
  },
  {
    title: 'a stray AAAA record',
    code: 'name-elsewhere',
    set: ['domain=stray.example.test'],
    remedy: /and to nothing else/,
  },
  {
    title: 'CAA records that forbid the authority',
    code: 'caa-forbids',
    set: ['domain=forbidden.example.test'],
    remedy: /CAA 0 issue/,
  },
  {
    title: 'port 80 is held by apache2',
    code: 'port-taken',
    on: hold('apache2', 80),
    off: 'systemctl stop apache2',
    remedy: /Stop it/,
  },
  {
    title: 'port 8289 is held',
    code: 'port-taken',
    on: hold('other', 8289),
    off: 'systemctl stop other',
    remedy: /ports\.web/,
  },
  {
    title: 'the subnet of the containers is routed elsewhere',
    code: 'subnet-taken',
    set: ['stack.subnet=172.29.7.0/24'],
    on: 'ip route add 172.29.0.0/16 via 192.168.77.1',
    off: 'ip route del 172.29.0.0/16',
    remedy: /stack\.subnet/,
  },
  {
    title: 'nft drops port 443',
    code: 'firewall-rules',
    on: `apt-get -qq update && apt-get -qq -y install nftables 2>&1 && ${drop('museum', 'tcp dport 443')}`,
    off: 'nft delete table inet museum && apt-get -qq -y purge nftables 2>&1',
    remedy: /Accept the ports before that rule/,
  },
  {
    title: 'one gigabyte of memory',
    code: 'small-memory',
    on: pretend('/proc/meminfo', 's/^MemTotal:.*/MemTotal: 1000000 kB/'),
    off: 'umount /proc/meminfo',
    remedy: /more memory/,
  },
  {title: 'a disk without room for packages', code: 'small-disk', fault: 'disk-full', remedy: /Make room/},
  {
    title: 'an authority that is unreachable',
    code: 'authority-unreachable',
    fault: 'authority-unreachable',
    remedy: /port 443/,
  },
  {
    title: 'a registry that is unreachable',
    code: 'registry-unreachable',
    fault: 'registry-gone',
    remedy: /ghcr\.io on port 443/,
  },
];

const site = `server { listen 4443 ssl; server_name meet.example.test;
  ssl_certificate /etc/letsencrypt/live/meet.example.test/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/meet.example.test/privkey.pem;
  location / { proxy_pass http://127.0.0.1:8289; } }`;
const secretOf = 'sed -n s/^static-auth-secret=//p';

const after: readonly Exhibit[] = [
  {
    title: 'a site of somebody else without the websocket upgrade',
    code: 'site-names',
    on: `echo '${site}' > /etc/nginx/sites-enabled/a-museum && nginx -t -q && systemctl reload nginx && sleep 1`,
    off: 'rm /etc/nginx/sites-enabled/a-museum && systemctl reload nginx',
    remedy: /server_name in \/etc\/nginx\/sites-enabled\/a-museum/,
  },
  {
    title: "go-mmproxy's rules are missing",
    code: 'mmproxy-routes',
    on: 'ip rule del pref 12300; ip -6 rule del pref 12300',
    off: 'systemctl restart go-mmproxy-ssl',
    remedy: /apply/,
  },
  {
    title: "the relay's key cannot be read",
    code: 'turn-key',
    on: `stat -c %u ${turn}/certs/privkey.pem > /tmp/uid; chown root: ${turn}/certs/privkey.pem && docker restart --time 1 ${idOf('turn')} && sleep 1`,
    off: `chown $(cat /tmp/uid):$(cat /tmp/uid) ${turn}/certs/privkey.pem && docker restart --time 1 ${idOf('turn')}`,
    remedy: /copies the key again/,
  },
  {
    title: "the relay's certificate is not the renewed one",
    code: 'turn-copy',
    on: `cp -p ${turn}/certs/fullchain.pem /tmp/full && echo >> ${turn}/certs/fullchain.pem`,
    off: `cp -p /tmp/full ${turn}/certs/fullchain.pem`,
    remedy: /copies the certificate/,
  },
  {
    title: 'the advertised address is an old one',
    code: 'public-address',
    on: 'sed -i \'s/,198.51.100.10"/,198.51.100.77"/\' /srv/jitsi/compose.yaml',
    off: 'sed -i \'s/,198.51.100.77"/,198.51.100.10"/\' /srv/jitsi/compose.yaml',
    remedy: /apply/,
  },
  {
    title: 'nft drops port 80',
    code: 'packet-filter',
    on: drop('museum', 'tcp dport 80'),
    off: 'nft delete table inet museum',
    remedy: /nft|rule/,
  },
  {
    title: 'a disk that is 95 % full',
    code: 'disk-space',
    on: `mount -t tmpfs -o size=10m museum ${archives} && head -c 9500K /dev/zero > ${archives}/zero`,
    off: `umount ${archives}`,
    remedy: /df -h/,
  },
  {
    title: 'hardly any memory is free',
    code: 'memory-free',
    on: pretend('/proc/meminfo', 's/^MemAvailable:.*/MemAvailable: 60000 kB/'),
    off: 'umount /proc/meminfo',
    remedy: /more memory/,
  },
  {
    title: 'a service that does not start at boot',
    code: 'start-at-boot',
    on: 'systemctl disable haproxy 2>&1',
    off: 'systemctl enable haproxy 2>&1',
    remedy: /enables/,
  },
  {
    title: 'a file that somebody changed',
    code: 'managed-files',
    // A file with another time would have HAProxy reload it.
    on: "cp -p /etc/haproxy/haproxy.cfg /tmp/mine && echo '# mine' >> /etc/haproxy/haproxy.cfg",
    off: 'cp -p /tmp/mine /etc/haproxy/haproxy.cfg',
    remedy: /plan/,
  },
  {
    title: 'nginx does not run',
    code: 'service-nginx',
    on: 'systemctl stop nginx',
    off: 'systemctl start nginx',
    remedy: /journalctl -u nginx/,
  },
  {
    title: 'Prosody does not run',
    isSlow: true,
    code: 'container-prosody',
    on: `docker stop --time 1 ${idOf('prosody')}`,
    off: `docker start ${idOf('prosody')}`,
    remedy: /docker logs/,
  },
  {
    title: 'the bridge does not run',
    isSlow: true,
    code: 'container-videobridge',
    on: `docker stop --time 1 ${idOf('videobridge')}`,
    off: `docker start ${idOf('videobridge')}`,
    remedy: /docker logs/,
  },
  {
    title: 'the TURN secrets differ',
    isSlow: true,
    code: 'turn-allocation',
    on: `${secretOf} ${turn}/turnserver.conf > /tmp/secret; ${editRelay('s/^static-auth-secret=.*/static-auth-secret=guessed/')}`,
    off: `sed -i "s/^static-auth-secret=.*/static-auth-secret=$(cat /tmp/secret)/" ${turn}/turnserver.conf && docker restart --time 1 ${idOf('turn')}`,
    remedy: /apply/,
  },
  {
    title: 'the relay denies the bridge',
    isSlow: true,
    code: 'turn-relay',
    on: `cp -p ${turn}/turnserver.conf /tmp/relay && ${editRelay('/^allowed-peer-ip/d')}`,
    off: `cp -p /tmp/relay ${turn}/turnserver.conf && docker restart --time 1 ${idOf('turn')}`,
    remedy: /apply/,
  },
];

let named = 0;
let tried = 0;

/** Shows a fault, and demands that it is named while it lasts. */
async function show(
  {on, off, fault, set, ...exhibit}: Exhibit,
  look: (set?: readonly string[]) => Promise<readonly Named[]>,
) {
  tried += 1;
  if (fault !== undefined) await lab('fault', fault, 'on');
  if (on !== undefined) await guest(on);
  try {
    await eventually(20, async () => demandNamed(exhibit, await look(set)));
    named += 1;
  } finally {
    if (off !== undefined) await guest(off);
    if (fault !== undefined) await lab('fault', fault, 'off');
  }
}

/** Runs a task while the router forwards nothing. */
async function withoutRouter<T>(task: () => Promise<T>): Promise<T> {
  await ask('router', [
    'nft',
    'table inet cut { chain forward { type filter hook forward priority 0; policy drop; }; }',
  ]);
  try {
    return await task();
  } finally {
    await ask('router', ['nft', 'delete', 'table', 'inet', 'cut']);
  }
}

async function measure(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await task();
  return (performance.now() - started) / 1000;
}

describe('before an installation', () => {
  beforeAll(bootFresh);

  test('a healthy host has no finding', async () => {
    expect(await lookBefore()).toEqual([]);
  });

  test.each(before)('$title is named $code', exhibit => show(exhibit, lookBefore));

  test('with everything unreachable the answer takes less than 15 s', async () => {
    const seconds = await withoutRouter(() => measure(() => lookBefore(['address.public=198.51.100.10'])));
    console.log(`before, with everything unreachable: ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(15);
  });
});

describe('after an installation', () => {
  beforeAll(bootInstalled);

  test('a healthy host has no finding', async () => {
    await eventually(60, async () => expect(await lookAfter()).toEqual([]));
  });

  test.each(after.filter(({isSlow}) => !isSlow || process.env.TEST_ALL !== undefined))(
    '$title is named $code',
    exhibit => show(exhibit, lookAfter),
  );

  test('with everything unreachable the answer takes less than 15 s', async () => {
    const seconds = await withoutRouter(() => measure(lookAfter));
    console.log(`after, with everything unreachable: ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(15);
  });

  test('an accepted finding stays accepted; one that stops participants cannot be accepted', async () => {
    const refused = await ask('guest', ['jitsi-onebox', 'doctor', '--accept', 'service-nginx']);
    expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('stops participants')]);
    const {stdout} = await ask('guest', ['jitsi-onebox', 'doctor', '--accept', 'udp-buffers']);
    expect(stdout).toMatch(/^accepted .*\(udp-buffers\)$/m);
    expect(stdout).toMatch(/0 warnings, 0 failed, 0 unknown, 1 accepted/);
    expect(await guest('cat /etc/jitsi-onebox/settings.yaml')).toMatch(/accepted:\s+- udp-buffers/);
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });

  test('--fix puts right what it can, says what it cannot, and proves it', async () => {
    await guest(`systemctl stop nginx; echo '# mine' >> /etc/haproxy/haproxy.cfg; ${drop('museum', 'tcp dport 80')}`);
    const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'doctor', '--fix', '--yes', '--plain']);
    await guest('nft delete table inet museum');
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(/left-to-you\): packet-filter: [\s\S]*does not change rules of yours/);
    expect(await guest('systemctl is-active nginx; grep -c mine /etc/haproxy/haproxy.cfg || true')).toBe('active\n0');
    await eventually(60, async () => expect(await lookAfter()).toEqual([]));
    const again = await ask('guest', ['jitsi-onebox', 'doctor', '--fix', '--yes', '--plain']);
    expect([again.exitCode, again.all]).toEqual([0, expect.stringContaining('nothing to put right')]);
  });
});

afterAll(() => {
  console.log(`${named} of ${tried} faults are named by their own code`);
});
