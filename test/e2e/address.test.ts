import {once} from 'node:events';
import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, lab, outside, plannedIds} from './lab.ts';
import {type Receiver, receiver, startReceiver} from './messages.ts';
import {checkFrom, status} from './proof.ts';
import {newestRun, untilJournal} from './run-files.ts';

// The router gets another public address; its provider of dynamic names is dyn.example.net, which the lab's DNS follows.

const other = '198.51.100.11';
const usual = '198.51.100.10';
const names = ['meet.example.test', 'turn.example.test'] as const;
const secretFile = '/root/dynamic-dns';
const secret = 'a-password-of-the-lab';
const url = 'https://dyn.example.net/nic/update?hostname={name}&myip={address}';
const dropIn = '/run/systemd/system/jitsi-onebox-address.timer.d/often.conf';
const takesLong = process.env.TEST_ALL !== '1';

const address = (...options: readonly string[]) => ask('guest', ['jitsi-onebox', 'address', ...options]);
const resolve = (name: string) => outside(`getent ahostsv4 ${name} | head -n 1 | cut -d " " -f 1`);
const external = () => guest("sed -n 's/^external-ip=//p' /srv/jitsi/turn/turnserver.conf");
const runs = () => guest('ls /var/lib/jitsi-onebox/runs | wc -l');
const forget = (name: string) =>
  outside(`curl -sS -X DELETE --user lab:${secret} 'https://dyn.example.net/nic/update?hostname=${name}'`);

let receiving: Receiver;
const hook = {'notify.hook.url': `https://${receiver.name}/hook`, 'notify.hook.header': '/root/hook-header'};

beforeAll(async () => {
  await requireInstalled();
  await guest('cp /etc/jitsi-onebox/settings.yaml /root/settings.before');
  // The name of a certificate that the guest trusts.
  await guest(`echo '${receiver.address} ${receiver.name}' >> /etc/hosts`);
  await guest('umask 077; cat > /root/hook-header', `X-Token: ${receiver.token}`);
  receiving = await startReceiver();
});
afterAll(async () => {
  await receiving.stop();
  await guest(`sed -i '/${receiver.name}/d' /etc/hosts; rm -f /root/hook-header`);
  await lab('address', usual);
  for (const name of names) await forget(name);
  await apply('--set', 'address.changes=off', '--set', 'dynamic-dns.kind=off');
  await guest(`rm -rf ${dropIn} ${secretFile} /var/lib/jitsi-onebox/address.json; systemctl daemon-reload`);
  await guest('cp /root/settings.before /etc/jitsi-onebox/settings.yaml');
});

test('a secret that others can read stops the plan; the right one turns the timer on', async () => {
  const settings = ['address.changes=apply', 'dynamic-dns.kind=http', `dynamic-dns.url=${url}`, 'dynamic-dns.user=lab'];
  const hooks = Object.entries(hook).map(([key, value]) => `${key}=${value}`);
  const flags = [...settings, ...hooks, `dynamic-dns.secret=${secretFile}`, 'address.wait-for-idle=10s'].flatMap(
    each => ['--set', each],
  );
  await guest(`umask 022; cat > ${secretFile}`, `${secret}\n`);
  const refused = await apply(...flags);
  expect([refused.exitCode, refused.all]).toEqual([1, expect.stringMatching(/its\s+mode\s+is\s+644/)]);
  await guest(`chmod 600 ${secretFile}`);
  const {exitCode, all} = await apply(...flags);
  expect(exitCode, all).toBe(0);
  expect(await guest('systemctl is-active jitsi-onebox-address.timer')).toBe('active');
  expect(await plannedIds()).toEqual([]);
});

test('while the address is the same, a look changes nothing', async () => {
  const before = await runs();
  const {exitCode, all} = await address('--now', '--scheduled', '--plain');
  expect(exitCode, all).toBe(0);
  expect(all).toContain(`The public address is still ${usual}`);
  expect(await runs()).toBe(before);
  expect((await address()).exitCode).toBe(0);
});

test('another address is followed by the timer, in spite of a meeting that does not end: participants get through again', async () => {
  const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
  const door = new URL('../../scripts/lab', import.meta.url).pathname;
  const script = new URL('meeting.ts', import.meta.url).pathname;
  const meeting = execa(door, ['outside', node, '--use-system-ca', script, '2'], {stdin: 'pipe', reject: false});
  await Promise.race([once(meeting.stdout, 'data'), meeting]);
  const before = await newestRun();
  const timer =
    '[Timer]\nOnActiveSec=\nOnUnitInactiveSec=\nOnActiveSec=1\nOnUnitInactiveSec=5\nRandomizedDelaySec=0\nAccuracySec=1';
  await guest(`mkdir -p ${dropIn.replace(/\/[^/]*$/, '')} && cat > ${dropIn}`, timer);
  await lab('address', other);
  const since = Date.now();
  expect((await address()).exitCode).toBe(2);
  await guest('systemctl daemon-reload && systemctl restart jitsi-onebox-address.timer');
  await untilJournal('step-waiting.*meetings', before);
  await eventually(120, async () => {
    expect(await Promise.all(names.map(resolve))).toEqual([other, other]);
    expect(await external()).toBe(other);
    const {codes, checks} = await checkFrom('outside');
    expect(codes('failed', 'unknown', 'starting'), JSON.stringify(checks)).toEqual([]);
  });
  expect(Date.now() - since).toBeLessThan(600_000);
  meeting.kill('SIGKILL');
  await eventually(60, async () => expect((await status()).exitCode).toBe(0));
  const texts = receiving.take().map(({text}) => text);
  expect(texts).toEqual([expect.stringContaining(`sent to ${other} now, no longer to ${usual}`)]);
  expect(await plannedIds()).toEqual([]);
  const journal = await guest(
    'journalctl -u jitsi-onebox-address --no-pager; cat /var/lib/jitsi-onebox/runs/*/*.json*',
  );
  expect(journal).not.toContain(secret);
});

test('and back again by hand, with a provider that refuses: that is reported, and the containers follow all the same', async () => {
  await guest(`rm -f ${dropIn} && systemctl daemon-reload && systemctl stop jitsi-onebox-address.timer`);
  await eventually(60, async () =>
    expect(await guest('systemctl is-active jitsi-onebox-apply || true')).not.toBe('active'),
  );
  await guest(`echo wrong > ${secretFile}`);
  await lab('address', usual);
  const {exitCode, all} = await address('--now', '--yes', '--plain');
  expect(exitCode, all).toBe(1);
  expect(all).toMatch(/dynamic-dns-failed.*The DNS entry of meet\.example\.test .*badauth/s);
  expect(await external()).toBe(usual);
  await guest(`echo ${secret} > ${secretFile}`);
  expect((await address('--now', '--yes', '--plain')).exitCode).toBe(0);
  expect(await Promise.all(names.map(resolve))).toEqual([usual, usual]);
});

test.skipIf(takesLong)(
  'nsupdate changes the entries of a name server that asks for a key',
  {timeout: 300_000},
  async () => {
    await guest('apt-get -qq update && apt-get -qq -y install --no-install-recommends bind9 bind9-dnsutils 2>&1');
    await guest(
      `tsig-keygen lab > ${secretFile} && chmod 600 ${secretFile} && mkdir -p /root/named && cp ${secretFile} /root/named/key`,
    );
    const zone = '$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\n';
    await guest('cat > /root/named/zone', zone);
    const conf = `include "/root/named/key";
options { directory "/root/named"; listen-on port 5300 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file none; };
zone "example.test" { type primary; file "/root/named/zone"; allow-update { key lab; }; };`;
    await guest('cat > /root/named/conf', conf);
    await guest('systemd-run --quiet --collect --unit=named-lab named -g -c /root/named/conf');
    const flags = ['kind=rfc2136', 'server=127.0.0.1:5300', 'zone=example.test'].flatMap(each => [
      '--set',
      `dynamic-dns.${each}`,
    ]);
    expect((await apply(...flags)).exitCode).toBe(0);
    await lab('address', other);
    await address('--now', '--yes', '--plain');
    for (const name of names) expect(await guest(`dig +short -p 5300 @127.0.0.1 ${name}`)).toBe(other);
    await guest('systemctl stop named-lab; rm -r /root/named');
  },
);
