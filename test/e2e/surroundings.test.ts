import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {bootFresh} from './hosts.ts';
import {apply, ask, eventually, guest, imageOf, lab, outside, resetRouter, settings, settingsFile} from './lab.ts';
import {participants} from './participants.ts';
import {checkFrom, status, statusOfService, withoutHairpin} from './proof.ts';

const install = (line: string) =>
  guest(`apt-get -qq update && apt-get -qq -y install --no-install-recommends ${line} 2>&1`);

/** Demands that participants' requests reach nginx with their own addresses: IPv4 from the internet, IPv6 from the host's network. */
async function demandOwnAddress(): Promise<void> {
  const path = `/own-${Date.now()}`;
  const curl = 'curl -sS --max-time 10 -o /dev/null';
  await outside(`${curl} https://meet.example.test${path}`);
  const home = '--resolve meet.example.test:443:[fd00:77::10]';
  await ask('lan', ['sh', '-c', `${curl} ${home} https://meet.example.test${path}`]);
  const log = await guest(`grep ${path} /var/log/nginx/meet.example.test.access.log`);
  expect(log.split('\n').map(line => line.split(' ')[0])).toEqual(['198.51.100.1', 'fd00:77::20']);
}

const daemon = JSON.stringify({'userland-proxy': false, bip: '172.18.0.1/16'});
const ownContainer = `docker run --detach --name own --read-only --tmpfs /run:size=32M,mode=1750,exec,uid=1000,gid=1000 --tmpfs /tmp --env PUBLIC_URL=https://own.example.test --env DISABLE_HTTPS=1 --publish 8080:8000 ${imageOf('web')}`;

describe('a busy host: ufw with only ssh open, and a Docker with its own settings and a user’s container', () => {
  beforeAll(async () => {
    await bootFresh();
    await guest('mkdir -p /etc/docker && cat > /etc/docker/daemon.json', daemon);
    await install('docker.io $(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli) ufw');
    await guest('ufw allow ssh && ufw --force enable');
    await guest(ownContainer);
    // Hardened hosts give root a umask like this, and a minimal Debian has only the locale C.
    const {exitCode, all} = await ask('guest', [
      'env',
      '-u',
      'LANG',
      '-u',
      'LC_ALL',
      'sh',
      '-c',
      `umask 077; jitsi-onebox apply --yes --plain --settings ${settingsFile}`,
    ]);
    expect(exitCode, all).toBe(0);
  });

  afterAll(resetRouter);

  describe('participants', participants);

  test('the user’s container answers as before', async () => {
    expect(await guest('curl -sS --max-time 5 -o /dev/null -w "%{http_code}" http://127.0.0.1:8080/')).toBe('200');
  });

  test('only our ports were opened, and ssh stays open', async () => {
    const ports = (await guest('ufw status')).split('\n').flatMap(line => /^(\S+) +ALLOW/.exec(line)?.[1] ?? []);
    expect([...new Set(ports)].toSorted()).toEqual(['10000/udp', '22/tcp', '3478/udp', '443/tcp', '80/tcp']);
  });

  test('a second apply finds nothing to do', async () => {
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });

  test('participants keep their own addresses when systemd-networkd is restarted', async () => {
    await guest('systemctl restart systemd-networkd');
    await eventually(10, demandOwnAddress);
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });

  test('IPv6 that reaches only the local network does no harm', async () => {
    expect(await guest('ip -6 route show default')).toBe('');
    expect(await guest('cat /etc/nginx/sites-available/jitsi.conf')).toContain('listen [::]:4443 ssl');
    expect((await status()).codes('ok')).toContain('client-address-ipv6');
  });

  test('every check passes, on the host and from outside', async () => {
    const elsewhere = await checkFrom('outside');
    expect(elsewhere.codes('warning', 'failed', 'unknown'), JSON.stringify(elsewhere.checks)).toEqual([]);
    const {exitCode, checks, codes} = await status();
    expect(codes('warning', 'failed', 'unknown'), JSON.stringify(checks)).toEqual(['udp-buffers']);
    expect(exitCode).toBe(0);
  });

  test('participants get through without hairpin NAT in the router too', async () => {
    const {exitCode, checks, codes} = await withoutHairpin(status);
    expect(codes('failed', 'unknown'), JSON.stringify(checks)).toEqual([]);
    expect(codes('warning').toSorted()).toEqual(['public-loopback', 'udp-buffers']);
    expect(checks.find(({code}) => code === 'stun-port')?.evidence).toContain('userland-proxy: false');
    expect(exitCode).toBe(0);
    await withoutHairpin(demandOwnAddress);
  });
});

describe('a small rented host: one processor, 2 GB of memory, no IPv6, and a nftables.service that is reloaded', () => {
  beforeAll(async () => {
    await lab('fresh');
    await lab('narrow');
    await guest(`cat > ${settingsFile}`, settings);
    await guest(
      'sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1',
    );
    // As a unit, so that the guest's limits hold for the program itself.
    const line = `systemd-run --quiet --wait --pipe --collect jitsi-onebox apply --yes --plain --settings ${settingsFile}`;
    const {exitCode, all} = await ask('guest', ['sh', '-c', line]);
    expect(exitCode, all).toBe(0);
  });

  test('a plan says that one processor is few, as a warning', async () => {
    const line = 'systemd-run --quiet --wait --pipe --collect jitsi-onebox plan --json';
    const {warnings} = JSON.parse(await guest(`${line} || true`));
    expect(warnings.map(({code}: {code: string}) => code)).toContain('few-processors');
  });

  test('is detected as small, and the containers get their share of memory', async () => {
    const {stdout} = await ask('guest', ['jitsi-onebox', 'detect', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({memory: {value: 2 * 1024 ** 3}, ipv6: {value: false}});
    expect(await guest("awk '/Cpus_allowed_list/ {print $2}' /proc/1/status")).toBe('0');
    expect(await guest('cat /srv/jitsi/compose.yaml')).toMatch(/VIDEOBRIDGE_MAX_MEMORY: "?683m/);
  });

  test('serves, and every check passes', async () => {
    expect(await outside('curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe(
      '200',
    );
    const line = 'systemd-run --quiet --wait --pipe --collect jitsi-onebox plan';
    expect((await ask('guest', ['sh', '-c', line])).exitCode).toBe(0);
    const {exitCode, checks, codes} = await statusOfService();
    expect(codes('warning', 'failed', 'unknown'), JSON.stringify(checks)).toEqual(['udp-buffers']);
    expect(checks.map(({code}) => code)).not.toContain('client-address-ipv6');
    expect(exitCode).toBe(0);
  });

  test('keeps its guard when nftables.service is reloaded', async () => {
    await guest('systemctl start nftables && systemctl reload nftables');
    await eventually(10, async () => {
      expect(await guest('nft list table inet jitsi-onebox')).toContain('dport 4444');
    });
  });
});

describe('a host that has the public address itself, without NAT', () => {
  // The router forwards packets unchanged, and answers ARP on the internet side for the address behind it.
  const route = `
    nft flush ruleset
    ip address delete 198.51.100.10/24 dev wan0
    ip route add 198.51.100.0/24 dev wan0
    ip route add 198.51.100.10 dev lan0
    ip route add default via 198.51.100.254 dev wan0
    sysctl -q -w net.ipv4.conf.wan0.proxy_arp=1`;
  const routeBack = `
    sysctl -q -w net.ipv4.conf.wan0.proxy_arp=0
    ip route delete 198.51.100.10 dev lan0
    ip route delete 198.51.100.0/24 dev wan0
    ip address add 198.51.100.10/24 dev wan0
    ip route replace default via 198.51.100.254 dev wan0`;

  beforeAll(async () => {
    await bootFresh();
    await ask('router', ['sh', '-c', route]);
    await guest(
      'ip address add 198.51.100.10/32 dev h0 && ip route replace default via 192.168.77.1 src 198.51.100.10',
    );
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
  });

  afterAll(async () => {
    await ask('router', ['sh', '-c', routeBack]);
    await resetRouter();
  });

  test('is detected as such', async () => {
    const {stdout} = await ask('guest', ['jitsi-onebox', 'detect', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({nat: {value: 'none'}, publicAddress: {value: '198.51.100.10'}});
    expect(await guest('cat /srv/jitsi/compose.yaml')).toContain('JVB_ADVERTISE_IPS: "198.51.100.10"');
  });

  test('serves, and nginx sees the participants’ addresses', async () => {
    const mark = `direct-${Date.now()}`;
    await outside(`curl -sS --max-time 10 -o /dev/null https://meet.example.test/${mark}`);
    expect(await guest(`grep ${mark} /var/log/nginx/meet.example.test.access.log`)).toMatch(/^198\.51\.100\.1 /);
  });
});
